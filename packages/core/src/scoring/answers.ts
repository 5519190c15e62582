/// <reference lib="esnext.float16" />
import type { DecisionField, OutputContract, ScoreField, Value, VectorField } from '../contract/index.ts';
import { shapeWidth } from '../contract/index.ts';
import { assert, fail } from '../errors/index.ts';
import type { OutputLane } from '../model/index.ts';
import { scoreFault } from './output-check.ts';
import { shortestFloat32 } from './shortest-float32.ts';

/** The lane values of one row: numbers, or text where the model gives text. */
export type LaneRow = ArrayLike<number | string>;

/** Turns the lane values of one row into the output fields of the contract. Raises OUTPUT_VIOLATION. */
export interface Answers {
  /** Of each decision the threshold, as it is shown. */
  readonly thresholds: Readonly<Record<string, number>>;
  outputs(lanes: LaneRow): Readonly<Record<string, Value>>;
}

type FieldReader = (lanes: LaneRow) => Value;

export function compileAnswers(contract: OutputContract, lanes: readonly OutputLane[]): Answers {
  const starts = laneStarts(contract);
  const readers = contract.fields.map((field): { name: string; read: FieldReader } => {
    if (field.kind === 'decision') return { name: field.name, read: decisionReader(field, contract, lanes, starts) };
    const start = starts.get(field.name) as number;
    const read = field.kind === 'score' ? scoreReader(field, lanes, start) : vectorReader(field, lanes, start);
    return { name: field.name, read };
  });
  const decisions = contract.fields.filter((field) => field.kind === 'decision');
  return {
    thresholds: Object.freeze(Object.fromEntries(decisions.map((field) => [field.name, field.at]))),
    outputs(row) {
      const outputs: Record<string, Value> = {};
      for (const { name, read } of readers) outputs[name] = read(row);
      return outputs;
    },
  };
}

/** The first lane of each field that has lanes, in the order in which `bindOutputs` lays them out. */
export function laneStarts(contract: OutputContract): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  let next = 0;
  for (const field of contract.fields) {
    if (field.kind === 'decision') continue;
    starts.set(field.name, next);
    next += field.kind === 'score' ? 1 : shapeWidth(field.shape);
  }
  return starts;
}

/** The threshold as the score's type holds it: rounded once, so that the decision is the same in every pattern. */
export function roundedThreshold(at: number, lane: OutputLane): number {
  if (lane.type === 'float16') return Math.f16round(at);
  return lane.type === 'float32' ? Math.fround(at) : at;
}

function scoreReader(field: ScoreField, lanes: readonly OutputLane[], start: number): FieldReader {
  const lane = lanes[start] as OutputLane;
  const short = lane.type === 'float32' || lane.type === 'float16';
  const { labels } = lane;
  if (field.type === 'string') {
    return (row) => checkedText(field, String(labels === null ? row[start] : labels[row[start] as number]));
  }
  return (row) => {
    const value = row[start] as number;
    const fault = scoreFault(field, value);
    if (fault !== null) throw violation(fault);
    if (field.type === 'boolean') return value === 1;
    return short ? shortestFloat32(value) : value;
  };
}

function checkedText(field: ScoreField, text: string): string {
  if (field.enum === null || field.enum.some((category) => String(category) === text)) return text;
  throw violation(`${field.name} is ${JSON.stringify(text)}, which is not in its enum`);
}

function vectorReader(field: VectorField, lanes: readonly OutputLane[], start: number): FieldReader {
  const width = shapeWidth(field.shape);
  const short = lanes[start]?.type === 'float32' || lanes[start]?.type === 'float16';
  return (row) => {
    const flat: Value[] = [];
    for (let at = start; at < start + width; at++) {
      const value = row[at] as number;
      if (!Number.isFinite(value)) throw violation(`${field.name}[${at - start}] is ${value}, not a finite number`);
      flat.push(short ? shortestFloat32(value) : value);
    }
    return nested(flat, field.shape);
  };
}

/** A flat row-major array folded into its shape. */
function nested(flat: readonly Value[], shape: readonly number[]): Value {
  if (shape.length <= 1) return flat;
  const width = shapeWidth(shape.slice(1));
  return Array.from({ length: shape[0] as number }, (_, at) =>
    nested(flat.slice(at * width, (at + 1) * width), shape.slice(1)),
  );
}

function decisionReader(
  field: DecisionField,
  contract: OutputContract,
  lanes: readonly OutputLane[],
  starts: ReadonlyMap<string, number>,
): FieldReader {
  const start = starts.get(field.on);
  assert(
    start !== undefined && contract.fields.some((other) => other.name === field.on),
    `${field.on} is a score field`,
  );
  const at = roundedThreshold(field.at, lanes[start] as OutputLane);
  return (row) => (row[start] as number) >= at;
}

function violation(message: string): Error {
  return fail('OUTPUT_VIOLATION', { message });
}
