import type { Lane, Program, TreesStep } from '../ir/program.ts';
import type { EmittedTrees } from '../trees/emitted-trees.ts';
import { feedSlots } from '../trees/feed.ts';
import { layerRow } from './layers.ts';
import { numberText } from './literal.ts';
import { arrayName } from './loops.ts';
import { laneName, type Needs, type Place } from './place.ts';
import { scalarStep } from './scalar-steps.ts';

/** `row(numbers, texts, out)`: the steps one after the other, every lane a constant. */
export function emitRow(program: Program, trees: ReadonlyMap<number, EmittedTrees>, needs: Needs): string {
  const place: Place = {
    ...lanesOf(program, needs.wide),
    feature: (feature, offset) => `numbers[${program.features[feature].offset + offset}]`,
    text: (feature) => `texts[${program.features[feature].offset}]`,
    listed: (table, index) => `numbers[${table}[4 * ${index}]]`,
  };
  const lines = program.steps.map((step) => {
    if (step.op === 'trees') return [treesCall(step, trees, place), sumsOf(step.out, program)].join('\n');
    if (step.op === 'dense') return layerRow(step, needs.layers, place);
    return scalarStep(step, place, needs);
  });
  const outputs = program.outputs.map((output, index) => `out[${index}] = ${place.read(output.lane)};`);
  return `function row(numbers, texts, out) {\n${[...lines, ...outputs].join('\n')}\n}\n`;
}

/** How a lane of the row at hand is read: a literal, an element of a wide value's array, or a constant of the function. */
export function lanesOf(program: Program, wide: ReadonlySet<number>): Pick<Place, 'read' | 'constant' | 'array'> {
  const constant = ({ value, column }: Lane) => {
    const step = program.steps[value];
    return step.op === 'constant' ? step.values[column] : null;
  };
  const array = (value: number) => (wide.has(value) ? arrayName(value) : null);
  const read = (lane: Lane) => {
    const known = constant(lane);
    if (known !== null) return numberText(known);
    const held = array(lane.value);
    return held === null ? laneName(lane) : `${held}[${lane.column}]`;
  };
  return { read, constant, array };
}

function treesCall(step: TreesStep, trees: ReadonlyMap<number, EmittedTrees>, place: Place): string {
  const { out } = step;
  const name = `t${out}`;
  const fed = feedSlots(name, trees.get(out)?.slots ?? [], (input) => place.read(step.inputs[input]), {
    numbers: (slot) => `x${out}[${slot}]`,
    categories: (slot) => `${name}y[${slot}]`,
  });
  return `${fed}\n${name}Row(x${out}, s${out});`;
}

/** The constants of a value that a function left in `s<value>`. */
function sumsOf(value: number, program: Program): string {
  const columns = Array.from({ length: program.widths[value] }, (_, column) => column);
  return columns.map((column) => `const ${laneName({ value, column })} = s${value}[${column}];`).join('\n');
}
