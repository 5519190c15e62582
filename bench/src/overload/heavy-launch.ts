import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModel } from '@slipway/core';
import { heavyModel } from '@slipway/testkit';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { plainLaunch } from '../serve/plain-launch.ts';

const size = 128;
const stepsTried = 40;

export interface HeavyLaunch {
  readonly folder: string;
  /** With the goal of 200 ms, by which the server decides what it may let in. */
  readonly withGoal: string;
  /** The same model with no SLO and a deadline that no request of a bench meets. */
  readonly withoutGoal: string;
  readonly model: string;
  /** What one row took in ONNX Runtime, alone, when the model was made. */
  readonly rowMs: number;
}

/** Writes a model that takes so long for a row on this machine: as many multiplications of matrices as that needs. */
export async function writeHeavyLaunch(folder: string, wantedMs: number): Promise<HeavyLaunch> {
  const tried = await rowMsOf(stepsTried);
  const steps = Math.max(1, Math.round((stepsTried * wantedMs) / tried));
  const model = join(folder, 'heavy.onnx');
  writeFileSync(model, encodeModel(heavyModel({ size, steps })));
  const write = (name: string, end: string) => {
    writeFileSync(join(folder, name), `${launch}${end}`);
    return join(folder, name);
  };
  return {
    folder,
    model,
    rowMs: await rowMsOf(steps),
    withGoal: write('with-goal.yaml', 'slo:\n  latency: { within: 200ms, target: 0.95 }\n'),
    withoutGoal: write('without-goal.yaml', 'online: { deadline: 10m }\n'),
  };
}

const launch = plainLaunch({ model: 'heavy', features: ['x'], output: '{ type: number, from: y }' });

/** The quarter of the fastest: what the machine does when nobody else wants it. */
async function rowMsOf(steps: number): Promise<number> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await InferenceSession.create(encodeModel(heavyModel({ size, steps })), options);
  const times: number[] = [];
  for (let run = 0; run < 40; run++) {
    const startedMs = performance.now();
    await session.run({ x: new Tensor('float32', Float32Array.of(run), [1, 1]) });
    times.push(performance.now() - startedMs);
  }
  await session.release();
  return times.toSorted((a, b) => a - b)[times.length >> 2] as number;
}
