import type {
  AboveStep,
  ArgmaxStep,
  HotStep,
  ImputeStep,
  LookupStep,
  PositionStep,
  SelectStep,
} from '../../ir/program.ts';
import { at, type Bound, type Rows, wherever } from './rows.ts';

// A choice is open where a value that is compared lies within its bound of what it is compared with: there either
// result is right. Everywhere else the engines must choose alike.

/** Open where another value may be the largest. A bound on a place says only that it is open. */
export function boundsOfArgmax(step: ArgmaxStep, rows: Rows): Bound[] {
  const values = step.inputs.map((lane) => rows.value(lane));
  const bounds = step.inputs.map((lane) => rows.bound(lane));
  const votes = (step.votes ?? []).map((lane) => ({ value: rows.value(lane), bound: rows.bound(lane) }));
  const best = rows.value({ value: step.out, column: 0 });
  const open = (row: number): boolean => {
    const first = best[row];
    const ties = values.some((value, k) => {
      return k !== first && values[first][row] - value[row] <= at(bounds[first], row) + at(bounds[k], row);
    });
    return ties || votes.some(({ value, bound }) => at(bound, row) > 0 && Math.abs(value[row]) <= at(bound, row));
  };
  const all = [...bounds, ...votes.map(({ bound }) => bound)];
  return [wherever(rows, all, (row) => (open(row) ? values.length : 0))];
}

export function boundsOfAbove(step: AboveStep, rows: Rows): Bound[] {
  return step.inputs.map((lane) => boundOfComparison(rows, lane, () => step.at));
}

export function boundsOfHot(step: HotStep, rows: Rows): Bound[] {
  return step.inputs.map((lane, column) => boundOfComparison(rows, lane, () => step.at[column]));
}

function boundOfComparison(rows: Rows, lane: HotStep['inputs'][number], other: (row: number) => number): Bound {
  const value = rows.value(lane);
  const bound = rows.bound(lane);
  return wherever(rows, [bound], (row) => (Math.abs(value[row] - other(row)) <= at(bound, row) ? 1 : 0));
}

/** What the entries of the table that an open index may point to differ by. */
export function boundsOfLookup(step: LookupStep, rows: Rows): Bound[] {
  const spread = spreadOf(step.table);
  return step.inputs.map((lane) => wherever(rows, [rows.bound(lane)], () => spread));
}

/** How far the numbers lie apart. A table may be too long to be the arguments of a call. */
export function spreadOf(values: ArrayLike<number>): number {
  if (values.length === 0) return 0;
  let [least, largest] = [values[0], values[0]];
  for (let at = 1; at < values.length; at++) {
    least = Math.min(least, values[at]);
    largest = Math.max(largest, values[at]);
  }
  return largest - least;
}

export function boundsOfPosition(step: PositionStep, rows: Rows): Bound[] {
  return step.inputs.map((lane) => {
    const value = rows.value(lane);
    const bound = rows.bound(lane);
    return wherever(rows, [bound], (row) => {
      return step.keys.some((key) => Math.abs(key - value[row]) <= at(bound, row)) ? step.keys.length : 0;
    });
  });
}

export function boundsOfImpute(step: ImputeStep, rows: Rows): Bound[] {
  return step.inputs.map((lane, column) => {
    const value = rows.value(lane);
    const bound = rows.bound(lane);
    return wherever(rows, [bound], (row) => {
      const open = Math.abs(value[row] - step.replaced) <= at(bound, row);
      return at(bound, row) + (open ? Math.abs(value[row] - step.by[column]) : 0);
    });
  });
}

/** Where the condition is open, either value may come out. */
export function boundsOfSelect(step: SelectStep, rows: Rows): Bound[] {
  return step.inputs.map((lane, column) => {
    const condition = step.conditions[column];
    const other = step.others[column];
    const asked = rows.value(condition);
    const [a, b] = [rows.value(lane), rows.value(other)];
    const bounds = [rows.bound(condition), rows.bound(lane), rows.bound(other)] as const;
    return wherever(rows, bounds, (row) => {
      const [open, first, second] = bounds.map((bound) => at(bound, row));
      if (open > 0 && Math.abs(asked[row]) <= open) return Math.abs(a[row] - b[row]) + Math.max(first, second);
      return asked[row] !== 0 ? first : second;
    });
  });
}
