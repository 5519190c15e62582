import type { Feature, InputContract } from '../../contract/index.ts';
import type { Binding, FeatureBatch, LaneValues, Session } from '../session.ts';
import type { GoldenValues, Proof, ProofNumber, ProofValue } from './types.ts';

export type GoldenCheck = { readonly verdict: 'pass' } | { readonly verdict: 'fail'; readonly reason: string };

/**
 * The check at start-up: the golden rows of a proof must give, to the last bit, what the compiled session gave when it
 * was proved, in columns and row by row. Takes well under a millisecond and doesn't need the oracle.
 */
export function checkGolden(session: Session, proof: Proof): GoldenCheck {
  if (proof.lanes.join() !== laneNames(session.binding).join()) {
    return failed('it was made for other outputs of the model');
  }
  const batch = batchOf(proof.golden, session.binding);
  const lanes = session.run(batch);
  if (lanes instanceof Promise) return failed('the session is not a compiled one');
  for (const [index, values] of lanes.entries()) {
    const row = firstDifference(values, proof.golden.outputs[index]);
    if (row >= 0) return failed(`golden row ${row + 1} gives another ${proof.lanes[index]} than when it was proved`);
  }
  return session.row === null ? { verdict: 'pass' } : checkRows(session, session.row, batch, proof);
}

function checkRows(session: Session, row: NonNullable<Session['row']>, batch: FeatureBatch, proof: Proof): GoldenCheck {
  const out = new Float64Array(proof.lanes.length);
  for (let index = 0; index < batch.rows; index++) {
    const { numbers, texts } = rowOf(batch, session.binding, index);
    row(numbers, texts, out);
    const lane = proof.golden.outputs.findIndex((values, at) => !Object.is(decoded(values[index]), out[at]));
    if (lane >= 0) return failed(`golden row ${index + 1} alone gives another ${proof.lanes[lane]} than among many`);
  }
  return { verdict: 'pass' };
}

function failed(reason: string): GoldenCheck {
  return { verdict: 'fail', reason };
}

function firstDifference(values: LaneValues, expected: readonly ProofValue[] = []): number {
  for (let row = 0; row < values.length; row++) if (!Object.is(values[row], decoded(expected[row]))) return row;
  return values.length === expected.length ? -1 : 0;
}

/** Output columns by name, in the order of the binding. */
export function laneNames(binding: Binding): string[] {
  return binding.outputs.map(({ output, column }) => `${output}[${column}]`);
}

/** Features by where they enter the model and which values the contract lets through: the rows of a proof are such. */
export function featureTexts(binding: Binding, contract: InputContract): string[] {
  return binding.inputs.map(({ input, column }, index) => {
    return `${input}[${column}] ${domainText(contract.features[index])}`;
  });
}

function domainText(feature: Feature | undefined): string {
  if (feature === undefined) return '';
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, shape, missing } = feature;
  return JSON.stringify([type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, shape, feature.enum, missing]);
}

export function goldenValues(batch: FeatureBatch, lanes: readonly LaneValues[]): GoldenValues {
  const encodedColumn = (values: ArrayLike<number | string>) => Array.from(values, encoded);
  return {
    rows: batch.rows,
    inputs: batch.columns.map(encodedColumn),
    outputs: lanes.map((values) => Array.from(values, encoded)),
  };
}

function batchOf(golden: GoldenValues, binding: Binding): FeatureBatch {
  const columns = binding.inputs.map(({ type }, feature) => {
    const values = golden.inputs[feature] ?? [];
    return type === 'string' ? values.map(String) : Float64Array.from(values, (value) => Number(value));
  });
  return { rows: golden.rows, columns };
}

/** One row of a batch as `row` takes it: numbers with arrays flattened, and texts, each in contract order. */
export function rowOf(batch: FeatureBatch, binding: Binding, row: number): { numbers: Float64Array; texts: string[] } {
  const numbers: number[] = [];
  const texts: string[] = [];
  batch.columns.forEach((column, feature) => {
    const width = binding.inputs[feature]?.width ?? 1;
    if (column instanceof Float64Array) numbers.push(...column.subarray(row * width, (row + 1) * width));
    else texts.push(column[row] ?? '');
  });
  return { numbers: Float64Array.from(numbers), texts };
}

function encoded(value: number | string): ProofValue {
  if (typeof value === 'string') return value;
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as ProofNumber);
}

/** Text outputs have no `row` and no names of numbers in the way: those decode to numbers only where a number stands. */
function decoded(value: ProofValue | undefined): number | string | undefined {
  switch (value) {
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
      return Number.NEGATIVE_INFINITY;
    case '-0':
      return -0;
    default:
      return value;
  }
}
