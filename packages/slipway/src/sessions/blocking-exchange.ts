import { assert, type Binding, type FeatureBatch } from '@slipway/core';
import { type LaneTarget, laneBytes, lanesOver } from './lanes.ts';

/**
 * Memory that the asking thread and its workers share: numbers of feature columns and of lanes for up to `capacity`
 * rows. Text can't be shared; its places hold null, and it travels with each question and answer.
 */
export interface Exchange {
  readonly capacity: number;
  readonly columns: readonly (Float64Array | null)[];
  readonly lanes: readonly (Exclude<LaneTarget, string[]> | null)[];
}

/** Rows `from` to `to` for one worker. `exchange` is given when it is new to the worker. */
export interface Question {
  readonly from: number;
  readonly to: number;
  readonly exchange: Exchange | null;
  /** By feature: the texts of the rows in question; empty where no feature is text. */
  readonly texts: readonly (readonly string[] | null)[];
}

export function createExchange({ inputs, outputs }: Binding, capacity: number): Exchange {
  const numbers = (width: number) => new Float64Array(new SharedArrayBuffer(8 * width * capacity));
  const lanes = lanesOver(outputs, capacity, new SharedArrayBuffer(laneBytes(outputs, capacity)));
  return {
    capacity,
    columns: inputs.map((lane) => (lane.type === 'string' ? null : numbers(lane.width))),
    lanes: lanes.map((target) => (Array.isArray(target) ? null : target)),
  };
}

export function copyIn(exchange: Exchange, batch: FeatureBatch): void {
  for (const [feature, shared] of exchange.columns.entries()) {
    const column = batch.columns[feature];
    if (shared === null) continue;
    assert(column instanceof Float64Array, 'a numeric feature has a numeric column');
    shared.set(column);
  }
}

/** Texts of a worker's rows. */
export function textsOf(exchange: Exchange, batch: FeatureBatch, from: number, to: number): Question['texts'] {
  if (!exchange.columns.includes(null)) return [];
  return exchange.columns.map((shared, feature) =>
    shared === null ? (batch.columns[feature] as readonly string[]).slice(from, to) : null,
  );
}
