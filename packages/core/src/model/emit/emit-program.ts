import { fuse } from '../ir/fuse.ts';
import type { Program, ProgramOutput } from '../ir/program.ts';
import { wideValues } from '../ir/wide-values.ts';
import type { TransformName } from '../math/index.ts';
import type { TreeForms } from '../trees/choose-forms.ts';
import { emitTrees } from '../trees/emit-trees.ts';
import { arrayType, blockRows, type EmittedTrees, type Table } from '../trees/emitted-trees.ts';
import { isBlockSum, sumColumns, sumTables } from './coded-columns.ts';
import { emitColumns } from './emit-columns.ts';
import { emitRow } from './emit-row.ts';
import { keyTable } from './encoding-code.ts';
import { planLayers } from './layer-plan.ts';
import { layersSource, layerTables } from './layers.ts';
import { stringText } from './literal.ts';
import { loadTable, wideArrays } from './loops.ts';
import type { Needs } from './place.ts';

/**
 * A program as JavaScript: the text of a function body that takes `tables` (typed arrays by name) and `math` (functions
 * of model/math by name) and answers `{ row, columns }`. Nothing of the model stands in the text but numbers and JSON
 * literals. A module for browsers can be made of the same parts.
 */
export interface EmittedProgram {
  readonly source: string;
  readonly tables: Readonly<Record<string, Table>>;
  /** Names of the functions that the text takes from `math`. */
  readonly math: readonly string[];
  /** How each tree step runs. */
  readonly forms: readonly TreeForms[];
}

/** `pass` is what joins steps first; tests compare with none. */
export function emitProgram(given: Program, pass: (program: Program) => Program = fuse): EmittedProgram {
  const program = pass(given);
  const needs: Needs = {
    tables: {},
    math: new Set(),
    layers: planLayers(program),
    wide: wideValues(program),
    scratch: 0,
  };
  const trees = new Map<number, EmittedTrees>();
  const wide: string[] = [];
  for (const step of program.steps) {
    if (step.op === 'load' && needs.wide.has(step.out)) needs.tables[`p${step.out}`] = loadTable(step, program);
    if (step.op === 'trees') trees.set(step.out, emitTrees(`t${step.out}`, step.ensemble));
    const layer = needs.layers.of.get(step.out);
    if (step.op === 'dense' && layer !== undefined) Object.assign(needs.tables, layerTables(step, layer, program));
    if (!isBlockSum(step, needs.wide)) continue;
    Object.assign(needs.tables, sumTables(step));
    wide.push(sumColumns(step, program), sumBuffers(step.out, program.widths[step.out], 'Float32Array'));
  }
  const layers = layersSource(program, needs.layers, (fn) => named(needs, fn));
  const row = emitRow(program, trees, needs);
  const columns = emitColumns(program, trees, needs);
  const tables: Record<string, Table> = Object.assign(
    needs.tables,
    ...Array.from(trees.values(), (part) => part.tables),
  );
  const source = [
    "'use strict';\n",
    destructured(Object.keys(tables), 'tables'),
    destructured([...needs.math], 'math'),
    needs.scratch === 0
      ? ''
      : `const z = new Float64Array(${needs.scratch}), y = new Float64Array(${needs.scratch});\n`,
    ...program.outputs.map(textTable),
    ...program.steps.map((step) => (step.op === 'category' || step.op === 'position' ? keyTable(step) : '')),
    ...Array.from(trees, ([value, part]) => `${part.source}\n${treeBuffers(value, part, program.widths[value])}`),
    wideArrays(program, needs.wide),
    ...wide,
    layers,
    row,
    columns,
    'return { row, columns };\n',
  ].join('');
  return { source, tables, math: [...needs.math], forms: Array.from(trees.values(), (part) => part.forms) };
}

function named(needs: Needs, fn: TransformName): TransformName {
  needs.math.add(fn);
  return fn;
}

function destructured(names: readonly string[], from: string): string {
  return names.length === 0 ? '' : `const { ${names.join(', ')} } = ${from};\n`;
}

/** The texts that a label's index stands for. */
function textTable(output: ProgramOutput, index: number): string {
  return output.form === 'text' ? `const l${index} = [${output.texts.map(stringText).join(', ')}];\n` : '';
}

function treeBuffers(value: number, part: EmittedTrees, targets: number): string {
  const slots = Math.max(1, part.slots.length);
  const inputs = Math.max(1, part.blockSlots.length);
  const array = arrayType(part.precision);
  return `const x${value} = new ${array}(${slots}), X${value} = new ${array}(${inputs * blockRows});
${sumBuffers(value, targets, array)}`;
}

/** Where a function leaves its results: for one row, and for a block. */
function sumBuffers(value: number, width: number, array: string): string {
  return `const s${value} = new ${array}(${width}), S${value} = new ${array}(${width * blockRows});\n`;
}
