import type { Predictor } from '@slipway/core';

/** How often a compiled model is asked before anybody waits for it: V8 has compiled the way of a record by then. */
const warmRecords = 400;
/** Asked in one turn of the event loop; requests are answered in between. */
const recordsPerTurn = 20;

/**
 * Runs records through a predictor before it serves, one and many, so that the first callers do not wait for the
 * just-in-time compiler. Makes no events, and takes no refusal or fault as one: whether the model is right, its golden
 * rows say. Sessions of ONNX Runtime warm themselves up when they open.
 */
export async function warmUp(
  predictor: Predictor,
  records: readonly unknown[],
  turn: () => Promise<void>,
): Promise<void> {
  if (predictor.session.engine !== 'compiled' || records.length === 0) return;
  for (let from = 0; from < warmRecords; from += recordsPerTurn) {
    const some = Array.from({ length: recordsPerTurn }, (_, at) => records[(from + at) % records.length]);
    for (const record of some) await predictQuietly(() => predictor.predict(record, plain));
    await predictQuietly(() => predictor.predictMany(some, plain));
    await turn();
  }
}

const plain = { source: 'online', plain: true } as const;

async function predictQuietly(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch {
    // A record that the contract or the model refuses has warmed what it came through.
  }
}
