import type { ModelRepository } from '../models/model-repository.ts';
import type { ServedModel } from '../models/model-slot.ts';
import { type TensorForm, tensorsOf } from './model-tensors.ts';

/** The extensions of the protocol that are answered, by the names that its servers give them. */
const extensions = [
  'binary_tensor_data',
  'model_configuration',
  'model_repository',
  'schedule_policy',
  'statistics',
] as const;

/** What every model here is, as the protocol calls it. */
const platform = 'onnx_onnxv1';

export function serverMetadata(slipwayVersion: string) {
  return { name: 'slipway', version: slipwayVersion, extensions };
}

export function modelMetadata(repository: ModelRepository, served: ServedModel) {
  const { inputs, outputs } = tensorsOf(served.model);
  return { name: served.name, versions: versionsOf(repository, served.name), platform, inputs, outputs };
}

function versionsOf(repository: ModelRepository, name: string): readonly string[] {
  const served = repository.entries().flatMap(({ slot }) => slot.current() ?? []);
  return [...new Set(served.filter((other) => other.name === name).map(({ version }) => version))];
}

/** The configuration of a model in the words of Triton's clients, which read out of it what they send and measure. */
export function modelConfig({ name, model }: ServedModel) {
  const { inputs, outputs } = tensorsOf(model);
  return {
    name,
    platform,
    backend: 'slipway',
    // The rows are a dimension like the others.
    max_batch_size: 0,
    input: inputs.map(configOf),
    output: outputs.map(configOf),
  };
}

function configOf({ name, datatype, shape }: TensorForm) {
  return { name, data_type: datatype === 'BYTES' ? 'TYPE_STRING' : `TYPE_${datatype}`, dims: shape };
}

/** A model as the index of the repository shows it. */
export interface IndexedModel {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE' | 'LOADING';
  readonly reason: string;
}

/** Every model that the server was told to serve; with `readyOnly` those that answer. */
export function repositoryIndex(repository: ModelRepository, readyOnly: boolean): readonly IndexedModel[] {
  const models = repository.entries().map(({ name, reference, slot, state, trouble }): IndexedModel => {
    const served = slot.current();
    return {
      name: name ?? reference,
      version: served?.version ?? '',
      state: served !== null ? 'READY' : state === 'loading' ? 'LOADING' : 'UNAVAILABLE',
      reason: trouble?.message ?? (state === 'unloaded' ? 'unloaded' : ''),
    };
  });
  return readyOnly ? models.filter(({ state }) => state === 'READY') : models;
}
