import type { Lane, Program, TreesStep } from '../ir/program.ts';
import type { EmittedTrees } from '../trees/emitted-trees.ts';
import type { Slot } from '../trees/slots.ts';
import { laneName, type Needs, type Place, scalarStep } from './scalar-steps.ts';
import { wideLinearRow } from './wide-linear.ts';

/** `row(numbers, texts, out)`: the steps one after the other, every lane a constant. */
export function emitRow(program: Program, trees: ReadonlyMap<number, EmittedTrees>, needs: Needs): string {
  const place: Place = {
    read: laneName,
    feature: (feature, offset) => `numbers[${program.features[feature].offset + offset}]`,
    text: (feature) => `texts[${program.features[feature].offset}]`,
  };
  const lines = program.steps.map((step) => {
    if (step.op === 'trees') return [treesCall(step, trees), sumsOf(step.out, program)].join('\n');
    if (step.op === 'wideLinear') return [wideLinearRow(step), sumsOf(step.out, program)].join('\n');
    return scalarStep(step, place, needs);
  });
  const outputs = program.outputs.map((output, index) => `out[${index}] = ${laneName(output.lane)};`);
  return `function row(numbers, texts, out) {\n${[...lines, ...outputs].join('\n')}\n}\n`;
}

function treesCall(step: TreesStep, trees: ReadonlyMap<number, EmittedTrees>): string {
  const { out } = step;
  return `${feed(step, trees.get(out)?.slots, laneName, (slot) => `x${out}[${slot}]`)}\nt${out}Row(x${out}, s${out});`;
}

/** The constants of a value that a function left in `s<value>`. */
function sumsOf(value: number, program: Program): string {
  const columns = Array.from({ length: program.widths[value] }, (_, column) => column);
  return columns.map((column) => `const ${laneName({ value, column })} = s${value}[${column}];`).join('\n');
}

/** Writes a tree step's inputs to its slots; where a missing value says yes, NaN becomes -Infinity. */
export function feed(
  step: TreesStep,
  slots: readonly Slot[] | undefined,
  read: (lane: Lane) => string,
  target: (slot: number) => string,
): string {
  const lines = slots?.map((slot, index) => {
    const value = read(step.inputs[slot.input]);
    return `${target(index)} = ${slot.missing ? `(${value} === ${value} ? ${value} : -Infinity)` : value};`;
  });
  return (lines ?? []).join('\n');
}
