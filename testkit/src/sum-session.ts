import { type Binding, type FeatureBatch, fail, type LaneValues, type Session } from '@slipway/core';

export interface SumSessionOptions {
  /** How one row's numbers become the score of every lane. */
  readonly score: (numbers: readonly number[]) => number;
  /** Answers through promises, and has no row function. */
  readonly asynchronous?: boolean;
}

/**
 * A session whose arithmetic a test can read: one float32 score a row from its numbers. A score function that throws
 * fails the whole batch, as an engine does.
 */
export function sumSession(binding: Binding, { score, asynchronous = false }: SumSessionOptions): Session {
  const lanes = binding.outputs.length;
  const safe = (numbers: readonly number[]) => {
    try {
      return score(numbers);
    } catch (cause) {
      throw fail('MODEL_FAILED', { message: cause instanceof Error ? cause.message : String(cause), cause });
    }
  };
  const run = (batch: FeatureBatch): readonly LaneValues[] => {
    const numbers = batch.columns.filter((column) => column instanceof Float64Array);
    const scores = Float32Array.from({ length: batch.rows }, (_, row) =>
      safe(numbers.map((column) => column[row] as number)),
    );
    return Array.from({ length: lanes }, () => scores);
  };
  return {
    engine: asynchronous ? 'onnxruntime' : 'compiled',
    binding,
    run: asynchronous ? async (batch) => run(batch) : run,
    row: asynchronous ? null : (numbers, _texts, out) => out.fill(Math.fround(safe([...numbers]))),
    close: async () => {},
  };
}
