import type { Lane, Program, TreesStep } from '../ir/program.ts';
import type { EmittedTrees } from '../trees/emitted-trees.ts';
import type { Slot } from '../trees/slots.ts';
import { laneName, type Needs, type Place, scalarStep } from './scalar-steps.ts';

/** `row(numbers, texts, out)`: the steps one after the other, every lane a constant. */
export function emitRow(program: Program, trees: ReadonlyMap<number, EmittedTrees>, needs: Needs): string {
  const place: Place = {
    read: laneName,
    feature: (feature, offset) => `numbers[${program.features[feature].offset + offset}]`,
  };
  const lines = program.steps.map((step) =>
    step.op === 'trees' ? treesLine(step, trees, program) : scalarStep(step, place, needs),
  );
  const outputs = program.outputs.map((output, index) => `out[${index}] = ${laneName(output.lane)};`);
  return `function row(numbers, texts, out) {\n${[...lines, ...outputs].join('\n')}\n}\n`;
}

function treesLine(step: TreesStep, trees: ReadonlyMap<number, EmittedTrees>, program: Program): string {
  const { out } = step;
  const inputs = feed(step, trees.get(out)?.slots, laneName, (slot) => `x${out}[${slot}]`);
  const sums = Array.from(
    { length: program.widths[out] },
    (_, column) => `const ${laneName({ value: out, column })} = s${out}[${column}];`,
  );
  return [inputs, `t${out}Row(x${out}, s${out});`, ...sums].join('\n');
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
