import type { InputContract, OutputContract } from '../contract/index.ts';
import type { Binding, ModelSignature } from '../model/index.ts';
import { bindInputs } from './bind-inputs.ts';
import { bindOutputs } from './bind-outputs.ts';

/**
 * Fits the contract to the model: where each feature enters, and which output columns the answers are read from.
 * Raises CONTRACT_MISMATCH, which names the field and what to change.
 */
export function bindContract(input: InputContract, output: OutputContract, signature: ModelSignature): Binding {
  const inputs = bindInputs(input.features, signature);
  // A model of a fixed batch of one is in the same case as one without a batch.
  const oneRow = inputs.some((lane) => lane.oneRow) || signature.inputs.some(({ shape }) => shape[0] === 1);
  return { inputs, outputs: bindOutputs(output.fields, signature, { oneRow }) };
}
