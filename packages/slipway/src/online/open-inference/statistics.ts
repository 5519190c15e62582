import type { ModelRepository } from '../models/model-repository.ts';
import type { ServedModel } from '../models/model-slot.ts';
import type { Tally } from '../models/tally.ts';

/** How often something happened, and how long it took in all. */
export interface StatisticDuration {
  readonly count: number;
  readonly ns: number;
}

/** What the statistics extension tells of one version of a model, since it is served. */
export type ModelStatistics = ReturnType<typeof statisticsOf>;

export interface Now {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Of the version that a request names, or of all versions of a name, or of all models. Raises as `locate` does. */
export function modelStatistics(
  repository: ModelRepository,
  name: string | undefined,
  version: string | undefined,
  now: Now,
): readonly ModelStatistics[] {
  const all = repository.entries().flatMap(({ slot }) => slot.current() ?? []);
  if (name === undefined) return all.map((served) => statisticsOf(served, now));
  const one = repository.locate(name, version);
  const those = version === undefined ? all.filter((served) => served.name === name) : [one];
  return those.map((served) => statisticsOf(served, now));
}

function statisticsOf({ name, version, tally }: ServedModel, now: Now) {
  const success = durationOf(tally.succeeded);
  const calls = { count: success.count, ns: 0 };
  return {
    name,
    version,
    last_inference: tally.lastMs === null ? 0 : Math.round(now.wallMs - (now.monotonicMs - tally.lastMs)),
    inference_count: tally.records,
    execution_count: success.count,
    // What a request takes is not told apart: all of it stands as the time of the model.
    inference_stats: {
      success,
      fail: durationOf(tally.failed),
      queue: calls,
      compute_input: calls,
      compute_infer: success,
      compute_output: calls,
      cache_hit: none,
      cache_miss: none,
    },
    batch_stats: tally.sizes().map(([records, sum]) => ({
      batch_size: records,
      compute_input: { count: sum.count, ns: 0 },
      compute_infer: durationOf(sum),
      compute_output: { count: sum.count, ns: 0 },
    })),
  };
}

const none: StatisticDuration = { count: 0, ns: 0 };

function durationOf({ count, ms }: Tally['succeeded']): StatisticDuration {
  return { count, ns: Math.round(ms * 1e6) };
}
