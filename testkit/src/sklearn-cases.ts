import { readFileSync } from 'node:fs';

/** A model that scikit-learn trained and skl2onnx exported, with scikit-learn's own answers. */
export interface SklearnCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Values of the features, in the order of the model's inputs and their columns. */
  readonly rows: readonly (readonly (number | string)[])[];
  readonly labels: readonly (string | number)[];
  readonly probabilities: readonly (readonly number[])[];
}

interface StoredCase extends Omit<SklearnCase, 'name' | 'bytes'> {
  readonly model: string;
}

/** Made once by fixtures/make_fixtures.py: a forest, gradient boosting, a network, and a pipeline with text. */
export function sklearnCases(): SklearnCase[] {
  const stored = JSON.parse(read('expected.json').toString('utf8')) as StoredCase[];
  return stored.map(({ model, ...rest }) => ({ ...rest, name: model.replace('.onnx', ''), bytes: read(model) }));
}

function read(file: string): Buffer {
  return readFileSync(new URL(`../fixtures/${file}`, import.meta.url));
}
