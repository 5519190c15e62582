import { asSlipwayError, isPromise, type MaybePromise, type SlipwayError } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ProblemOptions, respond, respondProblem } from './respond.ts';
import type { OnlineRoute } from './routes.ts';
import type { OnlineContext } from './server.ts';

export interface PageOptions {
  /** Whether strangers see it too: a probe has no key. */
  readonly isOpen?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** How an error is written, where a protocol has a form of its own. */
  readonly problem?: (error: SlipwayError, requestId: string) => ProblemOptions;
}

/** An object, which is written as JSON, or the text of the page. */
export type MakePage = (request: FastifyRequest) => MaybePromise<object | string>;

/** A page that is made anew for each caller who may see it. What making it raises is answered as an error. */
export function page(context: OnlineContext, path: string, make: MakePage, options: PageOptions = {}): OnlineRoute {
  const route = context.metered('GET', path, 'debug');

  const handler = (request: FastifyRequest, reply: FastifyReply): void => {
    const refuse = (thrown: unknown) => {
      const error = asSlipwayError(thrown);
      respondProblem(context, route, request, reply, error, options.problem?.(error, request.id));
    };
    const show = (made: object | string) => {
      const body = typeof made === 'string' ? made : JSON.stringify(made);
      const answer = { status: 200, body };
      const { headers } = options;
      respond(context, route, request, reply, headers === undefined ? answer : { ...answer, headers });
      route.log.debug({ request: request.id, status: 200 }, 'answered');
    };
    try {
      const caller = options.isOpen === true ? null : context.access.check(credentialsOf(request), somebody);
      const made = isPromise(caller) ? caller.then(() => make(request)) : make(request);
      if (isPromise(made)) made.then(show).catch(refuse);
      else show(made);
    } catch (thrown) {
      refuse(thrown);
    }
  };
  return { method: 'GET', path, handler };
}

const somebody = { scope: null, model: null };

/** What a request of any route brings to be let in. */
export function credentialsOf({ raw }: FastifyRequest) {
  const { headers, socket } = raw;
  return { authorization: headers.authorization, connection: socket, address: socket.remoteAddress };
}
