import type { CategoryStep, GuardStep, ImputeStep, PositionStep } from '../ir/program.ts';
import { numberText, stringText } from './literal.ts';

// Code of the steps that encoders are made of. A table of keys is a Map, so that a text from a model or from a caller
// is data and never a name.

/** Keys up to which a number is compared with one after the other. */
const comparedMax = 4;

/** How far apart integers may lie to be looked up in an array, which is several times as fast as a Map. */
const spanMax = 4096;

/** The statement that defines a step's table of keys outside of the functions. */
export function keyTable(step: CategoryStep | PositionStep): string {
  if (!needsTable(step)) return '';
  const span = step.op === 'position' ? spanOf(step.keys) : null;
  if (step.op === 'position' && span !== null) {
    const known = new Array<number>(span.high - span.low + 1).fill(step.keys.length);
    for (let place = step.keys.length - 1; place >= 0; place--) known[step.keys[place] - span.low] = place;
    return `const k${step.out} = Int32Array.of(${known.join(', ')});\n`;
  }
  const text = (key: string | number) => (typeof key === 'string' ? stringText(key) : numberText(key));
  // The first of equal keys counts.
  const entries = step.keys.map((key, index) => `[${text(key)}, ${index}]`).toReversed();
  return `const k${step.out} = new Map([${entries.join(', ')}]);\n`;
}

/**
 * ONNX Runtime takes texts as UTF-8, where half of a surrogate pair becomes U+FFFD: seen only by a key that holds one.
 */
export function categoryCode(step: CategoryStep, text: string): string {
  const whole = step.keys.some((key) => key.includes('\ufffd')) ? `${text}.toWellFormed()` : text;
  return `(k${step.out}.get(${whole}) ?? ${step.keys.length})`;
}

export function positionCode(step: PositionStep, x: string): string {
  const span = spanOf(step.keys);
  if (needsTable(step) && span !== null) {
    const { low, high } = span;
    const inside = `${x} >= ${low} && ${x} <= ${high} && (${x} | 0) === ${x}`;
    return `(${inside} ? k${step.out}[(${x} | 0) - ${numberText(low)}] : ${step.keys.length})`;
  }
  if (needsTable(step)) return `(k${step.out}.get(${x}) ?? ${step.keys.length})`;
  const compared = (key: number) => (Number.isNaN(key) ? `${x} !== ${x}` : `${x} === ${numberText(key)}`);
  return `(${step.keys.map((key, index) => `${compared(key)} ? ${index} : `).join('')}${step.keys.length})`;
}

export function hotCode(x: string, at: string): string {
  return `(${x} === ${at} ? 1 : 0)`;
}

export function imputeCode({ replaced }: ImputeStep, x: string, by: string): string {
  const same = Number.isNaN(replaced) ? `${x} !== ${x}` : `${x} === ${numberText(replaced)}`;
  return `(${same} ? ${by} : ${x})`;
}

/** `refuse` raises the error. */
export function guardCode({ low, high, reason }: GuardStep, x: string, refuse: string): string {
  const within = `${x} >= ${numberText(low)} && ${x} <= ${numberText(high)}`;
  return `(${within} ? ${x} : ${refuse}(${stringText(reason)}))`;
}

/** The least and the largest of integers that lie close together; null for other keys. */
function spanOf(keys: readonly number[]): { readonly low: number; readonly high: number } | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const key of keys) {
    if (!Number.isInteger(key)) return null;
    low = Math.min(low, key);
    high = Math.max(high, key);
  }
  const close = high - low < spanMax && Math.max(-low, high) < 2 ** 31;
  return close ? { low: low + 0, high: high + 0 } : null;
}

function needsTable(step: CategoryStep | PositionStep): boolean {
  return step.op === 'category' || step.keys.length > comparedMax;
}
