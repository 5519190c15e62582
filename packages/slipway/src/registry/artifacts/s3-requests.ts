import { setTimeout as wait } from 'node:timers/promises';
import { fail, type SlipwayError } from '@slipway/core';
import { AwsClient } from 'aws4fetch';

export interface S3Place {
  /** `https://s3.eu-central-1.amazonaws.com` and the like, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before every key: empty, or ending in a slash. */
  readonly prefix: string;
  /** Whether the bucket stands in the path; else it stands before the host. */
  readonly isPathStyle: boolean;
  readonly credentials: { readonly id: string; readonly secret: string; readonly session: string | null };
  /** How long one attempt may take before its bytes are counted. 15 seconds, if left out. */
  readonly attemptMsMax?: number;
  /** What is larger goes up in parts of this size. 16 MiB, if left out. */
  readonly partBytes?: number;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Without the prefix of the place; empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Takes the body of a 200 as it comes, which then is not kept; made anew for each attempt. */
  readonly receive?: () => (part: Uint8Array) => void;
  /** After it no attempt is begun, and one under way is given up. */
  readonly signal?: AbortSignal;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const attempts = 3;
const defaultAttemptMsMax = 15_000;
/** A slower line than one megabyte a second is taken for one that is broken. */
const bytesPerMs = 1000;

/**
 * Signed requests to one bucket. An attempt that gets no answer in time, or 429 or 5xx, is made again, three in all;
 * then STORE_UNAVAILABLE. Other statuses are answered.
 */
function s3Requests(place: S3Place): (request: S3Request) => Promise<S3Answer> {
  const { credentials, region } = place;
  const client = new AwsClient({
    accessKeyId: credentials.id,
    secretAccessKey: credentials.secret,
    ...(credentials.session === null ? {} : { sessionToken: credentials.session }),
    service: 's3',
    region,
    // Counted here, since a lost connection needs another try as much as a busy server.
    retries: 0,
  });
  return async (request) => {
    let last = '';
    let cause: unknown;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) await wait(100 * 2 ** attempt * (0.5 + Math.random()));
      if (request.signal?.aborted) throw unavailable(place, 'it did not answer in the time that there was', cause);
      try {
        const answer = await attemptOnce(client, place, request);
        if (answer.status < 500 && answer.status !== 429) return answer;
        if (answer.status === 501) return answer;
        last = statusText(answer);
      } catch (thrown) {
        cause = thrown;
        last = reasonOf(thrown);
      }
    }
    throw unavailable(place, `${last}, in each of ${attempts} attempts`, cause);
  };
}

async function attemptOnce(client: AwsClient, place: S3Place, request: S3Request): Promise<S3Answer> {
  const { method, headers, body } = request;
  const idle = new AbortController();
  const msMax = place.attemptMsMax ?? defaultAttemptMsMax;
  const expire = () => idle.abort(new Error('no answer in time'));
  let timer = setTimeout(expire, msMax + (body?.length ?? 0) / bytesPerMs);
  try {
    const response = await client.fetch(urlOf(place, request), {
      method,
      signal: request.signal === undefined ? idle.signal : AbortSignal.any([idle.signal, request.signal]),
      // A store that redirects means another region: its answer says so.
      redirect: 'manual',
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    });
    const parts: Uint8Array[] = [];
    const take = (response.status === 200 ? request.receive?.() : undefined) ?? ((part) => void parts.push(part));
    for await (const part of response.body ?? []) {
      take(part);
      clearTimeout(timer);
      timer = setTimeout(expire, msMax);
    }
    return { status: response.status, headers: response.headers, body: Buffer.concat(parts) };
  } finally {
    clearTimeout(timer);
  }
}

function urlOf({ endpoint, bucket, prefix, isPathStyle }: S3Place, { key, query = {} }: S3Request): string {
  const url = new URL(endpoint);
  if (!isPathStyle) url.host = `${bucket}.${url.host}`;
  const path = [isPathStyle ? bucket : '', key === '' ? '' : `${prefix}${key}`].filter((part) => part !== '');
  const root = url.pathname.replace(/\/$/, '');
  url.pathname = `${root}/${path.join('/').split('/').map(encodeURIComponent).join('/')}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.toString();
}

/** A bucket, and how to ask it. */
export interface S3Bucket {
  readonly place: S3Place;
  /** For messages. */
  readonly where: string;
  send(request: S3Request): Promise<S3Answer>;
}

export function s3Bucket(place: S3Place): S3Bucket {
  return { place, where: `s3://${place.bucket}/${place.prefix}`, send: s3Requests(place) };
}

/** The answer, where its status is one of these; else STORE_UNAVAILABLE. */
export function demand({ place }: S3Bucket, answer: S3Answer, statuses: readonly number[]): S3Answer {
  if (statuses.includes(answer.status)) return answer;
  throw unavailable(place, statusText(answer));
}

/** STORE_UNAVAILABLE of a bucket. */
export function unavailable(place: S3Place, reason: string, cause?: unknown): SlipwayError {
  return fail('STORE_UNAVAILABLE', {
    message: `The artifact store does not answer as it should: ${reason}.`,
    where: `s3://${place.bucket}/${place.prefix} at ${place.endpoint}`,
    cause,
  });
}

/** Status, and what the store says of it: `403 SignatureDoesNotMatch`. */
export function statusText({ status, body }: S3Answer): string {
  const code = /<Code>([^<]{1,100})<\/Code>/.exec(Buffer.from(body).toString('utf8', 0, 4000))?.[1];
  return code === undefined ? `status ${status}` : `${status} ${code}`;
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { cause } = thrown;
  if (!(cause instanceof Error)) return thrown.message;
  // Several addresses that all refuse have a code, but no words of their own.
  return `${thrown.message} (${cause.message || (cause as NodeJS.ErrnoException).code})`;
}
