import type { CategoryStep, HotStep, PositionStep } from '../ir/program.ts';
import { numberText, stringText } from './literal.ts';

// Code of the steps that encoders are made of. A table of keys is a Map, so that a text from a model or from a caller
// is data and never a name.

/** Keys up to which a number is compared with one after the other. */
const comparedMax = 4;

/** The name of a step's table of keys, and the statement that defines it outside of the functions. */
export function keyTable(step: CategoryStep | PositionStep): string {
  if (!needsTable(step)) return '';
  const text = (key: string | number) => (typeof key === 'string' ? stringText(key) : numberText(key));
  // The first of equal keys counts.
  const entries = step.keys.map((key, index) => `[${text(key)}, ${index}]`).toReversed();
  return `const k${step.out} = new Map([${entries.join(', ')}]);\n`;
}

export function categoryCode(step: CategoryStep, text: string): string {
  return `(k${step.out}.get(${text}) ?? ${step.keys.length})`;
}

export function positionCode(step: PositionStep, x: string): string {
  if (needsTable(step)) return `(k${step.out}.get(${x}) ?? ${step.keys.length})`;
  const compared = (key: number) => (Number.isNaN(key) ? `${x} !== ${x}` : `${x} === ${numberText(key)}`);
  return `(${step.keys.map((key, index) => `${compared(key)} ? ${index} : `).join('')}${step.keys.length})`;
}

export function hotCode(step: HotStep, x: string, column: number): string {
  return `(${x} === ${numberText(step.at[column])} ? 1 : 0)`;
}

function needsTable(step: CategoryStep | PositionStep): boolean {
  return step.op === 'category' || step.keys.length > comparedMax;
}
