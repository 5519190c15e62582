import { asSlipwayError, fail, isPromise, type MaybePromise } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { modelRoute } from '../call/http-call.ts';
import { serverLimits } from '../limits.ts';
import { readiness } from '../models/model-states.ts';
import { credentialsOf, page } from '../page.ts';
import { readJson } from '../read-json.ts';
import { jsonTypeFault, receiveBody } from '../receive-body.ts';
import { respond, respondProblem } from '../respond.ts';
import type { OnlineRoute } from '../routes.ts';
import type { OnlineContext } from '../server.ts';
import { modelConfig, modelMetadata, repositoryIndex, serverMetadata } from './metadata.ts';
import { openInferenceProblem } from './problem-text.ts';
import { loadModel, type RepositoryParameters, unloadModel } from './repository-calls.ts';
import { openInference } from './rest-format.ts';
import { modelStatistics } from './statistics.ts';

interface Params {
  readonly model?: string;
  readonly version?: string;
}

/** The routes of the Open Inference Protocol, version 2. */
export function openInferenceRoutes(context: OnlineContext): readonly OnlineRoute[] {
  const { repository, state, slipwayVersion } = context;
  const located = ({ model, version }: Params) => repository.locate(model, version);
  const get = (path: string, make: (params: Params) => object, isOpen = false) =>
    page(context, path, ({ params }) => make(params as Params), { ...inProtocol, isOpen });
  const ofModel = (end: string, make: (params: Params) => object) => [
    get(`/v2/models/{model}${end}`, make),
    get(`/v2/models/{model}/versions/{version}${end}`, make),
  ];
  const infer = (path: string): OnlineRoute => ({
    method: 'POST',
    path,
    handler: modelRoute(context, context.metered('POST', path, 'info'), openInference),
  });
  const server = () => serverMetadata(slipwayVersion);
  const ready = () => {
    readiness(repository, state);
    return { live: true, ready: true };
  };
  return [
    get('/v2', server),
    get('/v2/', server),
    get('/v2/health/live', () => ({ live: true }), true),
    get('/v2/health/ready', ready, true),
    get('/v2/models', () => ({ models: [...new Set(repositoryIndex(repository, true).map(({ name }) => name))] })),
    get('/v2/models/stats', () => ({ model_stats: statistics(context, {}) })),
    ...ofModel('', (params) => modelMetadata(repository, located(params))),
    ...ofModel('/ready', (params) => ({ name: located(params).name, ready: true })),
    ...ofModel('/config', (params) => modelConfig(located(params))),
    ...ofModel('/stats', (params) => ({ model_stats: statistics(context, params) })),
    infer('/v2/models/{model}/infer'),
    infer('/v2/models/{model}/versions/{version}/infer'),
    ...repositoryRoutes(context),
  ];
}

function statistics({ repository, monotonicMs, wallMs }: OnlineContext, { model, version }: Params) {
  return modelStatistics(repository, model, version, { wallMs: wallMs(), monotonicMs: monotonicMs() });
}

function repositoryRoutes(context: OnlineContext): readonly OnlineRoute[] {
  const { repository } = context;
  return [
    operation(context, '/v2/repository/index', (_, body) => repositoryIndex(repository, body.ready === true)),
    operation(context, '/v2/repository/models/{model}/load', async (name, body) => {
      await loadModel(repository, name, parametersOf(body));
      return {};
    }),
    operation(context, '/v2/repository/models/{model}/unload', (name) => {
      unloadModel(repository, name);
      return {};
    }),
  ];
}

const jsonHeaders = { 'content-type': 'application/json' };
const inProtocol = { headers: jsonHeaders, problem: openInferenceProblem };

function refuse(
  context: OnlineContext,
  route: ReturnType<OnlineContext['metered']>,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
): void {
  const error = asSlipwayError(thrown);
  respondProblem(context, route, request, reply, error, openInferenceProblem(error, request.id));
}

type Operate = (model: string, body: Readonly<Record<string, unknown>>) => MaybePromise<object>;

/** A call that looks at, or changes, what is served: for callers who may operate the server. Its body may be empty. */
function operation(context: OnlineContext, path: string, operate: Operate): OnlineRoute {
  const route = context.metered('POST', path, 'info');
  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    const { model = '' } = request.params as Params;
    const wrongType =
      request.headers['content-type'] === undefined ? null : jsonTypeFault(request.headers['content-type']);
    receiveBody(request.raw, { bytesMax: serverLimits.bodyBytesUnopened, wrongType }, (bytes, refused) => {
      answer(bytes, refused).then(
        (made) => {
          respond(context, route, request, reply, { status: 200, body: JSON.stringify(made), headers: jsonHeaders });
          route.log.info({ request: request.id, status: 200, model }, 'answered');
        },
        (thrown) => refuse(context, route, request, reply, thrown),
      );
    });

    async function answer(bytes: Buffer, refused: unknown): Promise<object> {
      const caller = context.access.check(credentialsOf(request), {
        scope: 'operate',
        model: model === '' ? null : model,
      });
      if (isPromise(caller)) await caller;
      if (refused !== null) throw refused;
      return operate(model, bytes.length === 0 ? {} : objectOf(readJson(bytes, serverLimits.depth)));
    }
  };
  return { method: 'POST', path, handler };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw fail('INFER_REQUEST_INVALID', { message: 'The body is not a JSON object.' });
}

function parametersOf(body: Readonly<Record<string, unknown>>): RepositoryParameters {
  return body.parameters === undefined ? {} : objectOf(body.parameters);
}
