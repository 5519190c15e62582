import { type FeatureBatch, fail, type SlipwayError } from '@slipway/core';
import type { InferenceSession, OnnxValue } from 'onnxruntime-node';
import type { LaneTarget } from './lanes.ts';
import { ortMessage } from './ort-message.ts';
import { packInput, type RowRange } from './pack-input.ts';
import type { SessionPlan } from './session-plan.ts';
import { type LaneReader, laneReader, type OutputTable, type OutputTensor, outputTable } from './unpack-output.ts';

type OnnxRuntime = typeof import('onnxruntime-node');

/** A loaded model in this thread. Fills lanes; knows nothing of who asks. */
export class OrtRunner {
  readonly #plan: SessionPlan;
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #fetches: readonly string[];
  readonly #readers: readonly LaneReader[];

  /** Raises ARTIFACT_UNSUPPORTED where ONNX Runtime can't be loaded here, or doesn't take the model. */
  static async open(plan: SessionPlan, threads: number): Promise<OrtRunner> {
    const runtime = await loadRuntime();
    try {
      const session = await runtime.InferenceSession.create(ownBytes(plan.bytes), {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        // Every trouble is raised as an error; the log would say it again.
        logSeverityLevel: 4,
      });
      return new OrtRunner(plan, runtime, session);
    } catch (cause) {
      throw refusal(plan, cause);
    }
  }

  constructor(plan: SessionPlan, runtime: OnnxRuntime, session: InferenceSession) {
    this.#plan = plan;
    this.#runtime = runtime;
    this.#session = session;
    this.#fetches = [...new Set(plan.outputs.map((lane) => lane.output))];
    this.#readers = plan.outputs.map(laneReader);
  }

  /** Runs all rows of a batch into `targets`, one array a lane. Raises MODEL_FAILED. */
  async run(batch: FeatureBatch, targets: readonly LaneTarget[]): Promise<void> {
    const { rowsMin, rowsMax } = this.#plan.calls;
    for (let from = 0; from < batch.rows; from += rowsMax) {
      const to = Math.min(batch.rows, from + rowsMax);
      const rows = Math.max(rowsMin, to - from);
      await this.#call(batch, { from, to, rows }, targets);
    }
  }

  close(): Promise<void> {
    return this.#session.release();
  }

  async #call(batch: FeatureBatch, range: RowRange, targets: readonly LaneTarget[]): Promise<void> {
    const outputs = await this.#infer(this.#feeds(batch, range));
    const tables = new Map<string, OutputTable>();
    for (const name of this.#fetches) {
      tables.set(name, outputTable(outputs[name] as unknown as OutputTensor, range.rows, this.#plan.oneRow));
    }
    for (const [index, lane] of this.#plan.outputs.entries()) {
      this.#readers[index]?.(tables.get(lane.output) as OutputTable, range, targets[index] as LaneTarget);
    }
  }

  #feeds(batch: FeatureBatch, range: RowRange): Record<string, OnnxValue> {
    const feeds: Record<string, OnnxValue> = {};
    for (const input of this.#plan.inputs) {
      const dims = input.oneRow ? input.rowShape : [range.rows, ...input.rowShape];
      const data = packInput(input, batch, range);
      feeds[input.name] =
        input.type === 'float16'
          ? // The Tensor class turns float16 bits into a Float16Array, which the native binding doesn't read.
            ({ type: 'float16', dims, data, location: 'cpu' } as unknown as OnnxValue)
          : new this.#runtime.Tensor(input.type, data as Float32Array, dims);
    }
    return feeds;
  }

  async #infer(feeds: Record<string, OnnxValue>): Promise<InferenceSession.ReturnType> {
    try {
      return await this.#session.run(feeds, this.#fetches);
    } catch (cause) {
      throw fail('MODEL_FAILED', { message: `ONNX Runtime: ${ortMessage(cause)}`, cause });
    }
  }
}

function refusal({ customOperators }: SessionPlan, cause: unknown): SlipwayError {
  const [custom] = customOperators;
  const text = ortMessage(cause);
  if (custom === undefined) {
    const hint = hintFor(text);
    return fail('ARTIFACT_UNSUPPORTED', { message: `ONNX Runtime does not take the model: ${text}`, hint, cause });
  }
  const more = customOperators.length > 1 ? ` and ${customOperators.length - 1} more` : '';
  const message = `The model has the custom operator ${custom.opType} of the domain ${JSON.stringify(custom.domain)}${more}, which ONNX Runtime does not have: ${text}`;
  const hint =
    'Export the model with operators of ai.onnx and ai.onnx.ml alone, or do that step before the model: a custom operator is native code of its own, which Slipway does not load.';
  return fail('ARTIFACT_UNSUPPORTED', { message, hint, cause });
}

/** ONNX Runtime does not take memory that threads share; the copy is free again when the model is loaded. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof SharedArrayBuffer ? bytes.slice() : bytes;
}

/** What to do about a reason that new users meet: exporters write a newer format version than runtimes read. */
function hintFor(text: string): string | undefined {
  if (!/IR version/.test(text)) return undefined;
  return 'In Python: `model = onnx.load(path); model.ir_version = 10; onnx.save(model, path)`. Nothing else changes by it.';
}

/** The version of ONNX Runtime that runs here, as proofs name it. */
export async function onnxRuntimeVersion(): Promise<string> {
  return (await loadRuntime()).env.versions.node ?? 'unknown';
}

/** Only here is the native library loaded: 60 ms and 40 MB that a compiled model doesn't need. */
async function loadRuntime(): Promise<OnnxRuntime> {
  try {
    return (await import('onnxruntime-node')).default;
  } catch (cause) {
    throw fail('ARTIFACT_UNSUPPORTED', {
      message: `ONNX Runtime can't be loaded on ${process.platform} ${process.arch}: ${ortMessage(cause)}`,
      hint: 'It runs on Linux (glibc), macOS and Windows, on x64 and arm64.',
      cause,
    });
  }
}
