import type { Lane, LoadStep, Program } from '../ir/program.ts';
import { isOneLane, type LanewiseStep, operandsOf } from '../ir/wide-values.ts';
import type { TransformName } from '../math/index.ts';
import { lanewiseCode } from './lanewise-code.ts';
import { numberText } from './literal.ts';
import { call, loaded, lookupTable, type Needs, type Place } from './place.ts';

/** The array that holds a wide value. */
export function arrayName(value: number): string {
  return `u${value}`;
}

/** Declares the arrays of wide values. */
export function wideArrays(program: Program, wide: ReadonlySet<number>): string {
  return Array.from(wide, (value) => `const ${arrayName(value)} = new Float64Array(${program.widths[value]});\n`).join(
    '',
  );
}

/** Tables of where the features of wide loads stand: in a row, which feature, values a row, and offset. */
export function loadTable({ from }: LoadStep, { features }: Program): Int32Array {
  const places = from.flatMap(({ feature, offset }) => {
    const slot = features[feature];
    return [slot.offset + offset, feature, slot.kind === 'numbers' ? slot.width : 1, offset];
  });
  return Int32Array.from(places);
}

/** Statements that fill the array of a wide value. */
export function wideStep(step: LoadStep | LanewiseStep, place: Place, needs: Needs): string {
  const target = arrayName(step.out);
  if (step.op === 'load') {
    const value = loaded(place.listed(`p${step.out}`, 'k'), step.as);
    return `for (let k = 0; k < ${step.from.length}; k++) ${target}[k] = ${value};`;
  }
  const operands = operandsOf(step);
  const looped = operands.map((lanes, index) => operandInLoop(`${target}_${index}`, lanes, place, needs));
  const shared = { call: (fn: TransformName) => call(needs, fn), table: lookupTable(step.out, needs) };
  const width = operands[0].length;
  if (looped.every((operand) => operand !== null)) {
    const number = (name: string, values: ArrayLike<number>) => `${tableOf(`${target}_${name}`, values, needs)}[k]`;
    const code = lanewiseCode(step, { ...shared, operands: looped, number });
    return `for (let k = 0; k < ${width}; k++) ${target}[k] = ${code};`;
  }
  return Array.from({ length: width }, (_, column) => {
    const number = (_name: string, values: ArrayLike<number>) => numberText(values[column]);
    const own = operands.map((lanes) => place.read(lanes[column]));
    return `${target}[${column}] = ${lanewiseCode(step, { ...shared, operands: own, number })};`;
  }).join('\n');
}

/** The expression of element `k` of an operand, or null where its lanes have no common one at this place. */
function operandInLoop(name: string, lanes: readonly Lane[], place: Place, needs: Needs): string | null {
  if (isOneLane(lanes)) return place.read(lanes[0]);
  const constants = lanes.map((lane) => place.constant(lane));
  if (constants.every((value) => value !== null)) return `${tableOf(name, constants, needs)}[k]`;
  const [{ value, column: first }] = lanes;
  const array = place.array(value);
  if (array === null || lanes.some((lane) => lane.value !== value)) return null;
  if (lanes.every(({ column }, at) => column === first + at)) return `${array}[k${first === 0 ? '' : ` + ${first}`}]`;
  needs.tables[name] = Int32Array.from(lanes, ({ column }) => column);
  return `${array}[${name}[k]]`;
}

function tableOf(name: string, values: ArrayLike<number>, needs: Needs): string {
  needs.tables[name] = values instanceof Float32Array ? values : Float64Array.from(values);
  return name;
}

/** Lanes from which on a run of elements is copied, or reduced, by a loop. */
const runMin = 8;

/** Statements that copy lanes to `target[0]`, `target[1]`, ...: by loops where they stand one behind the other in an array. */
export function copyLanes(
  target: string,
  lanes: readonly Lane[],
  place: Pick<Place, 'read' | 'array'>,
  base = '',
): string {
  const parts: string[] = [];
  for (let start = 0; start < lanes.length; ) {
    const length = runLength(lanes, start);
    const array = length < runMin ? null : place.array(lanes[start].value);
    if (array === null) parts.push(`${target}[${base}${start}] = ${place.read(lanes[start])};`);
    else parts.push(copyLoop(target, `${base}${start}`, length, array, lanes[start].column));
    start += array === null ? 1 : length;
  }
  return parts.join(' ');
}

function copyLoop(target: string, start: string, length: number, array: string, column: number): string {
  return `for (let k = 0; k < ${length}; k++) ${target}[${start} + k] = ${array}[${column} + k];`;
}

function runLength(lanes: readonly Lane[], start: number): number {
  const { value, column } = lanes[start];
  let length = 1;
  while (start + length < lanes.length) {
    const next = lanes[start + length];
    if (next.value !== value || next.column !== column + length) break;
    length += 1;
  }
  return length;
}

/** The elements of an array that the lanes are, one behind the other; null where they are not. */
export function runOf(lanes: readonly Lane[], place: Place): { readonly array: string; readonly first: number } | null {
  if (lanes.length < runMin || runLength(lanes, 0) < lanes.length) return null;
  const array = place.array(lanes[0].value);
  return array === null ? null : { array, first: lanes[0].column };
}

/** Puts lanes into a scratch, from its start on. */
export function fill(scratch: 'z' | 'y', lanes: readonly Lane[], place: Place, needs: Needs): string {
  needs.scratch = Math.max(needs.scratch, lanes.length);
  return copyLanes(scratch, lanes, place);
}
