import { assert, type FeatureBatch, type LaneValues, type Session } from '@slipway/core';
import { lanesOver } from './lanes.ts';
import { OrtRunner } from './ort-runner.ts';
import { type PlanOptions, planSession } from './session-plan.ts';

export interface OnnxRuntimeOptions extends PlanOptions {
  /** Threads inside ONNX Runtime. More than 1 changes the order of float32 sums, and so the last bits. */
  readonly threads?: number;
}

/**
 * A session that runs any ONNX model in this thread, and answers through promises. Answers are the same to the last bit
 * for a row alone and among many. Raises ARTIFACT_UNSUPPORTED; `run` raises MODEL_FAILED.
 */
export async function openOnnxRuntimeSession(options: OnnxRuntimeOptions): Promise<Session> {
  const plan = planSession(options);
  const runner = await OrtRunner.open(plan, options.threads ?? 1);
  let closed: Promise<void> | null = null;
  const run = async (batch: FeatureBatch): Promise<readonly LaneValues[]> => {
    assert(closed === null, 'a session is not used after it was closed');
    // Calls may overlap, so each has arrays of its own.
    const targets = lanesOver(plan.outputs, batch.rows);
    await runner.run(batch, targets);
    return targets;
  };
  const close = () => {
    closed ??= runner.close();
    return closed;
  };
  return { engine: 'onnxruntime', binding: options.binding, run, row: null, close };
}
