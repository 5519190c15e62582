import { shuffledRows } from '../../system/random.ts';

/** Positions of rows, ascending, in the part to learn from and in the part to test on. */
export interface Split {
  readonly training: Uint32Array;
  readonly holdout: Uint32Array;
}

const streamOfSplit = 1000;

/** Holds out a share of each class, so that both parts have the classes in the same proportion. Decided by the seed. */
export function splitRows(labels: Uint8Array, holdoutShare: number, seed: number): Split {
  const held = new Uint8Array(labels.length);
  const order = shuffledRows(labels.length, seed, streamOfSplit);
  for (const label of [0, 1]) {
    const ofClass = order.filter((row) => labels[row] === label);
    for (const row of ofClass.subarray(0, Math.round(ofClass.length * holdoutShare))) held[row] = 1;
  }
  const positions = Uint32Array.from(labels.keys());
  return { training: positions.filter((row) => held[row] === 0), holdout: positions.filter((row) => held[row] === 1) };
}
