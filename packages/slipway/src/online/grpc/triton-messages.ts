import type { ServedModel } from '../models/model-slot.ts';
import { modelConfig } from '../open-inference/metadata.ts';
import type { ModelStatistics, StatisticDuration } from '../open-inference/statistics.ts';
import { DataType } from './open-inference.generated.ts';

/** The configuration of a model, as the extension of that name has it. */
export function configMessage(served: ServedModel) {
  const { name, platform, backend, max_batch_size, input, output } = modelConfig(served);
  return {
    name,
    platform,
    backend,
    maxBatchSize: max_batch_size,
    input: input.map(formOf),
    output: output.map(formOf),
  };
}

function formOf({ name, data_type, dims }: ReturnType<typeof modelConfig>['input'][number]) {
  return { name, dataType: DataType[data_type as keyof typeof DataType], dims: dims.map(BigInt) };
}

/** The statistics of a model, as the extension of that name has them. */
export function statisticsMessage({ name, version, inference_stats: sums, batch_stats, ...rest }: ModelStatistics) {
  return {
    name,
    version,
    lastInference: BigInt(rest.last_inference),
    inferenceCount: BigInt(rest.inference_count),
    executionCount: BigInt(rest.execution_count),
    inferenceStats: {
      success: durationOf(sums.success),
      fail: durationOf(sums.fail),
      queue: durationOf(sums.queue),
      computeInput: durationOf(sums.compute_input),
      computeInfer: durationOf(sums.compute_infer),
      computeOutput: durationOf(sums.compute_output),
      cacheHit: durationOf(sums.cache_hit),
      cacheMiss: durationOf(sums.cache_miss),
    },
    batchStats: batch_stats.map((batch) => ({
      batchSize: BigInt(batch.batch_size),
      computeInput: durationOf(batch.compute_input),
      computeInfer: durationOf(batch.compute_infer),
      computeOutput: durationOf(batch.compute_output),
    })),
  };
}

function durationOf({ count, ns }: StatisticDuration) {
  return { count: BigInt(count), ns: BigInt(ns) };
}
