import type { InputContract, OutputContract } from '../contract/index.ts';
import type { Binding, ModelSignature } from '../model/index.ts';
import { bindInputs } from './bind-inputs.ts';
import { bindOutputs } from './bind-outputs.ts';

/**
 * Fits the contract to the model: where each feature enters, and which output columns the answers are read from.
 * Raises CONTRACT_MISMATCH, which names the field and what to change.
 */
export function bindContract(input: InputContract, output: OutputContract, signature: ModelSignature): Binding {
  return { inputs: bindInputs(input.features, signature), outputs: bindOutputs(output.fields, signature) };
}
