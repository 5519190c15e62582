import { type GoldenRows, isSlipwayError, type Value } from '@slipway/core';
import { type GoldenRecord, goldenRows } from '../training/golden-records.ts';
import type { TrainedModel } from '../training/trained-model.ts';

/** The records that the model answers, with its answers; the others are left out. */
export async function answeredRecords(
  oracle: TrainedModel,
  records: readonly GoldenRecord[],
  fields: readonly string[],
): Promise<GoldenRows> {
  const rows: GoldenRows['rows'][number][] = [];
  for (const record of records) {
    const answered = await goldenRows(oracle, [record], fields).catch((thrown: unknown) => {
      if (isSlipwayError(thrown)) return null;
      throw thrown;
    });
    if (answered !== null) rows.push(...answered.rows);
  }
  return { tolerance: usualTolerance, rows };
}

/** What float32 sums in another order may differ by, relative to a score above 1. */
const usualTolerance = 1e-6;

export interface SettledGolden {
  readonly golden: GoldenRows;
  readonly notes: readonly string[];
}

/**
 * The golden rows as the engine that serves can keep them. That engine was proved: where it is further away than usual,
 * the model itself magnifies the last bits of its sums, and the tolerance says so. A row whose label hangs on them
 * proves nothing and is left out. `scores` are the fields that may be nearly equal.
 */
export async function settleGolden(
  served: TrainedModel,
  golden: GoldenRows,
  scores: ReadonlySet<string>,
): Promise<SettledGolden> {
  const fields = Object.keys(golden.rows[0]?.outputs ?? {});
  const answers = await goldenRows(
    served,
    golden.rows.map(({ record }) => record),
    fields,
  );
  const kept: GoldenRows['rows'][number][] = [];
  const notes: string[] = [];
  let widest = 0;
  for (const [index, row] of golden.rows.entries()) {
    const apart = differenceOf(row.outputs, answers.rows[index]?.outputs ?? {}, scores);
    if (apart === null) continue;
    kept.push(row);
    widest = Math.max(widest, apart);
  }
  const left = golden.rows.length - kept.length;
  if (left > 0)
    notes.push(
      `${left} of ${golden.rows.length} golden rows are left out: their label hangs on the last bits of a sum`,
    );
  if (widest <= golden.tolerance) return { golden: { tolerance: golden.tolerance, rows: kept }, notes };
  // Twice, so that what is found on a few rows holds for the same rows in a later version of the engine.
  const tolerance = Number((2 * widest).toPrecision(2));
  notes.push(
    `golden rows are held to ${tolerance}, more than the usual ${golden.tolerance}: the model magnifies the last bits of its sums`,
  );
  return { golden: { tolerance, rows: kept }, notes };
}

type Outputs = GoldenRows['rows'][number]['outputs'];

/** The largest difference of two scores, relative above 1; null where anything else differs. */
function differenceOf(expected: Outputs, found: Outputs, scores: ReadonlySet<string>): number | null {
  let largest = 0;
  for (const [name, value] of Object.entries(expected)) {
    const other = found[name] ?? null;
    const [wanted, got] = [numbersIn(value), numbersIn(other)];
    const isExact = !scores.has(name) || wanted.length === 0 || wanted.length !== got.length;
    if (isExact && JSON.stringify(value) !== JSON.stringify(other)) return null;
    for (const [at, number] of wanted.entries()) {
      const apart = Math.abs(number - (got[at] ?? Number.NaN));
      largest = Math.max(largest, apart / Math.max(1, Math.abs(number)));
    }
  }
  return Number.isNaN(largest) ? null : largest;
}

function numbersIn(value: Value): number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? value.flatMap((part: Value) => numbersIn(part)) : [];
}
