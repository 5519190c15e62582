import { fail } from '@slipway/core';
import { modelRoute } from '../call/http-call.ts';
import { readiness } from '../models/model-states.ts';
import { carryOut } from '../operate/deed.ts';
import { type RepositoryParameters, refuseContents } from '../operate/load-model.ts';
import { operateRoute } from '../operate/operate-route.ts';
import { page } from '../page.ts';
import type { OnlineRoute } from '../routes.ts';
import type { OnlineContext } from '../server.ts';
import { modelConfig, modelMetadata, repositoryIndex, serverMetadata } from './metadata.ts';
import { openInferenceProblem } from './problem-text.ts';
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
    operateRoute(
      context,
      '/v2/repository/index',
      (_, body) => repositoryIndex(repository, body.ready === true),
      inProtocol,
    ),
    operateRoute(
      context,
      '/v2/repository/models/{model}/load',
      async (name, body) => {
        refuseContents(parametersOf(body));
        await carryOut(repository, { kind: 'load', name });
        return {};
      },
      inProtocol,
    ),
    operateRoute(
      context,
      '/v2/repository/models/{model}/unload',
      async (name) => {
        await carryOut(repository, { kind: 'unload', name });
        return {};
      },
      inProtocol,
    ),
  ];
}

const jsonHeaders = { 'content-type': 'application/json' };
const inProtocol = { headers: jsonHeaders, problem: openInferenceProblem };

function parametersOf({ parameters = {} }: Readonly<Record<string, unknown>>): RepositoryParameters {
  if (typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)) {
    return parameters as RepositoryParameters;
  }
  throw fail('INFER_REQUEST_INVALID', { message: '`parameters` is not a JSON object.' });
}
