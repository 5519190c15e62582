import { fail } from '@slipway/core';

/** How the kill switch of a model stands at one server, and who keeps it on: the server, the registry. */
export interface ServerSwitch {
  readonly model: string;
  readonly on: boolean;
  readonly by: readonly string[];
}

/** Turns the switch of one server. Raises SERVER_REFUSED, SERVER_UNREACHABLE. */
export async function turnOnServer(
  url: string,
  model: string,
  on: boolean,
  key: string | undefined,
): Promise<ServerSwitch> {
  const answer = await ask(url, `/models/${encodeURIComponent(model)}/fallback`, key, JSON.stringify({ on }));
  return answer as ServerSwitch;
}

/** Raises the same, and MODEL_NOT_FOUND. */
export async function askServer(url: string, model: string, key: string | undefined): Promise<ServerSwitch> {
  const { models } = (await ask(url, '/models', key)) as { readonly models: readonly ServerModel[] };
  const found = models.find((each) => each.model === model);
  if (found === undefined) throw fail('MODEL_NOT_FOUND', { message: `There is no model ${model} at ${url}.` });
  return { model, on: found.switched_off, by: found.switched_by };
}

interface ServerModel {
  readonly model: string | null;
  readonly switched_off: boolean;
  readonly switched_by: readonly string[];
}

const waitMsMax = 10_000;

async function ask(url: string, path: string, key: string | undefined, body?: string): Promise<unknown> {
  if (!URL.canParse(path, url)) throw fail('USAGE', { message: `${JSON.stringify(url)} is no address of a server.` });
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` }),
  };
  const sent = body === undefined ? {} : { method: 'POST', body };
  const signal = AbortSignal.timeout(waitMsMax);
  const response = await fetch(new URL(path, url), { headers, signal, ...sent }).catch((cause: unknown) => {
    throw fail('SERVER_UNREACHABLE', { message: `There is no answer from ${url}: ${reasonOf(cause)}.`, cause });
  });
  const answer = (await response.json().catch(() => ({}))) as { readonly error?: Problem };
  if (response.ok) return answer;
  const { code = `status ${response.status}`, message = '', hint } = answer.error ?? {};
  throw fail('SERVER_REFUSED', {
    message: `${url} answers ${code}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

interface Problem {
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
}
