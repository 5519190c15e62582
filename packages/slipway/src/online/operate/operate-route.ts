import { asSlipwayError, fail, isPromise, type MaybePromise, type SlipwayError } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuseForeignPage } from '../foreign-page.ts';
import { serverLimits } from '../limits.ts';
import { credentialsOf } from '../page.ts';
import { readJson } from '../read-json.ts';
import { jsonTypeFault, receiveBody } from '../receive-body.ts';
import { type ProblemOptions, respond, respondProblem } from '../respond.ts';
import type { OnlineRoute } from '../routes.ts';
import type { OnlineContext } from '../server.ts';

/** Does what a caller wants of a model; `body` is empty where nothing was sent. What it answers is written as JSON. */
export type Operate = (model: string, body: Readonly<Record<string, unknown>>) => MaybePromise<object>;

export interface OperateOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** How an error is written, where a protocol has a form of its own. */
  readonly problem?: (error: SlipwayError, requestId: string) => ProblemOptions;
}

/** A call that looks at, or changes, what is served: for callers who may operate the server, whose names are logged. */
export function operateRoute(
  context: OnlineContext,
  path: string,
  operate: Operate,
  { headers, problem }: OperateOptions = {},
): OnlineRoute {
  const route = context.metered('POST', path, 'info');

  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    const { model = '' } = request.params as { readonly model?: string };
    const type = request.headers['content-type'];
    const wrongType = type === undefined ? null : jsonTypeFault(type);
    let by: string | null = null;

    async function answer(bytes: Buffer, refused: unknown): Promise<object> {
      refuseForeignPage(request, context.cors);
      const asked = { scope: 'operate', model: model === '' ? null : model } as const;
      const checked = context.access.check(credentialsOf(request), asked);
      by = (isPromise(checked) ? await checked : checked).name;
      if (refused !== null) throw refused;
      return operate(model, bytes.length === 0 ? {} : bodyOf(readJson(bytes, serverLimits.depth)));
    }

    receiveBody(request.raw, { bytesMax: serverLimits.bodyBytesUnopened, wrongType }, (bytes, refused) => {
      answer(bytes, refused).then(
        (made) => {
          const written = { status: 200, body: JSON.stringify(made) };
          respond(context, route, request, reply, headers === undefined ? written : { ...written, headers });
          route.log.info({ request: request.id, status: 200, model, ...(by === null ? {} : { by }) }, 'answered');
        },
        (thrown) => {
          const error = asSlipwayError(thrown);
          respondProblem(context, route, request, reply, error, problem?.(error, request.id));
        },
      );
    });
  };
  return { method: 'POST', path, handler };
}

function bodyOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw fail('OPERATION_INVALID', { message: 'The body is not a JSON object.' });
}
