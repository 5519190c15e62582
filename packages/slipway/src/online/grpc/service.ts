import type { ServiceImpl } from '@connectrpc/connect';
import { readiness } from '../models/model-states.ts';
import { modelMetadata, repositoryIndex, serverMetadata } from '../open-inference/metadata.ts';
import type { TensorForm } from '../open-inference/model-tensors.ts';
import { modelStatistics } from '../open-inference/statistics.ts';
import { carryOut } from '../operate/deed.ts';
import { refuseContents } from '../operate/load-model.ts';
import type { Asked } from '../ports.ts';
import type { OnlineContext } from '../server.ts';
import { inferRoute, inferStreamRoute } from './infer-call.ts';
import { route } from './metered-call.ts';
import type { GRPCInferenceService } from './open-inference.generated.ts';
import { configMessage, statisticsMessage } from './triton-messages.ts';

interface Named {
  readonly name: string;
  readonly version: string;
}

/** The calls of the Open Inference Protocol. Each does what its route of HTTP does. */
export function inferenceService(context: OnlineContext): ServiceImpl<typeof GRPCInferenceService> {
  const { repository, state, slipwayVersion } = context;
  const located = ({ name, version }: Named) => repository.locate(orNone(name), orNone(version));
  return {
    serverLive: route(context, 'ServerLive', () => ({ live: true }), null),
    serverReady: route(context, 'ServerReady', () => ({ ready: holds(() => readiness(repository, state)) }), null),
    modelReady: route(context, 'ModelReady', (request: Named) => ({ ready: holds(() => located(request)) })),
    serverMetadata: route(context, 'ServerMetadata', () => {
      const { extensions, ...rest } = serverMetadata(slipwayVersion);
      return { ...rest, extensions: [...extensions] };
    }),
    modelMetadata: route(context, 'ModelMetadata', (request: Named) => {
      const { inputs, outputs, versions, ...rest } = modelMetadata(repository, located(request));
      return { ...rest, versions: [...versions], inputs: inputs.map(formMessage), outputs: outputs.map(formMessage) };
    }),
    modelConfig: route(context, 'ModelConfig', (request: Named) => ({ config: configMessage(located(request)) })),
    modelStatistics: route(context, 'ModelStatistics', ({ name, version }: Named) => {
      const now = { wallMs: context.wallMs(), monotonicMs: context.monotonicMs() };
      return { modelStats: modelStatistics(repository, orNone(name), orNone(version), now).map(statisticsMessage) };
    }),
    modelInfer: inferRoute(context),
    modelStreamInfer: inferStreamRoute(context),
    ...repositoryService(context),
  };
}

type RepositoryCalls = 'repositoryIndex' | 'repositoryModelLoad' | 'repositoryModelUnload';

/** Calls that look at, or change, what is served: for callers who may operate the server. */
function repositoryService(context: OnlineContext): Pick<ServiceImpl<typeof GRPCInferenceService>, RepositoryCalls> {
  const { repository } = context;
  const operates = ({ modelName: model }: LoadRequest): Asked => ({ scope: 'operate', model });
  const load = async ({ modelName, parameters }: LoadRequest) => {
    refuseContents(parameters);
    await carryOut(repository, { kind: 'load', name: modelName });
    return {};
  };
  const unload = async ({ modelName }: LoadRequest) => {
    await carryOut(repository, { kind: 'unload', name: modelName });
    return {};
  };
  const index = ({ ready }: { readonly ready: boolean }) => ({
    models: repositoryIndex(repository, ready).map((model) => ({ ...model })),
  });
  return {
    repositoryIndex: route(context, 'RepositoryIndex', index, () => ({ scope: 'operate', model: null })),
    repositoryModelLoad: route(context, 'RepositoryModelLoad', load, operates),
    repositoryModelUnload: route(context, 'RepositoryModelUnload', unload, operates),
  };
}

interface LoadRequest {
  readonly modelName: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A message has no absent text: an empty one is none. */
function orNone(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** Whether something is so that raises where it is not. */
function holds(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

function formMessage({ name, datatype, shape }: TensorForm) {
  return { name, datatype, shape: shape.map(BigInt) };
}
