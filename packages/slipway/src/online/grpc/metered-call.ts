import { type ConnectError, createContextKey, type HandlerContext } from '@connectrpc/connect';
import { asSlipwayError, type SlipwayError } from '@slipway/core';
import type { Asked } from '../ports.ts';
import { issuesOf, statusOf } from '../problem.ts';
import { requestIdHeader } from '../request-id.ts';
import type { MeteredRoute } from '../respond.ts';
import type { OnlineContext } from '../server.ts';
import { GRPCInferenceService } from './open-inference.generated.ts';
import { statusError } from './status.ts';

/** What is known of a call before its message is read: the clock starts there. */
export const arrivalKey = createContextKey<Arrival>({
  arrivedMs: 0,
  requestId: '',
  connection: {},
  address: undefined,
});

interface Arrival {
  readonly arrivedMs: number;
  readonly requestId: string;
  readonly connection: object;
  readonly address: string | undefined;
}

/** What a call brings to be let in. */
export function credentialsOf({ requestHeader, values }: HandlerContext) {
  const { connection, address } = values.get(arrivalKey);
  return { authorization: requestHeader.get('authorization') ?? undefined, connection, address };
}

/** A call as metrics and log name it: by the status that HTTP has for its errors, so that one table shows both. */
export function meteredRoute(context: OnlineContext, name: string, level: 'info' | 'debug'): MeteredRoute {
  return context.metered('GRPC', `/${GRPCInferenceService.typeName}/${name}`, level);
}

/** Any caller that is known. */
const somebody: Asked = { scope: null, model: null };

/**
 * A call of one message that asks no model: for those who may do what it asks, or for strangers too where that is null;
 * counted, and its errors as statuses.
 */
export function route<I, O>(
  context: OnlineContext,
  name: string,
  handle: (request: I) => O | Promise<O>,
  asked: ((request: I) => Asked) | null = () => somebody,
): (request: I, call: HandlerContext) => Promise<O> {
  const metered = meteredRoute(context, name, name.startsWith('Repository') ? 'info' : 'debug');
  return async (request, call) => {
    const { requestId } = call.values.get(arrivalKey);
    call.responseHeader.set(requestIdHeader, requestId);
    try {
      if (asked !== null) await context.access.check(credentialsOf(call), asked(request));
      const made = await handle(request);
      metered.count(200);
      metered.log[metered.level]({ request: requestId, status: 200 }, 'answered');
      return made;
    } catch (thrown) {
      throw refused(metered, requestId, asSlipwayError(thrown), {});
    }
  };
}

const issuesLoggedMax = 20;

/** Counts and logs a call that ends with an error, and answers the status that says so. */
export function refused(
  { count, log, level }: MeteredRoute,
  requestId: string,
  error: SlipwayError,
  facts: object,
): ConnectError {
  const status = statusOf(error);
  count(status);
  const issues = issuesOf(error).slice(0, issuesLoggedMax);
  const line = {
    request: requestId,
    status,
    ...facts,
    code: error.code,
    ...(issues.length === 0 ? {} : { issues: issues.map(({ field, rule }) => `${field}: ${rule}`) }),
  };
  if (status >= 500 && status !== 503) log.error({ ...line, err: error }, 'answered');
  else log[level](line, 'answered');
  return statusError(error, requestId);
}
