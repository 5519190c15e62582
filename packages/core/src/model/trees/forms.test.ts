import { Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { emptyTreeNodes, type TreeEnsemble } from '../ir/tree-ensemble.ts';
import type { TreeForms } from './choose-forms.ts';
import { chooseForms } from './choose-forms.ts';
import { emitTrees } from './emit-trees.ts';
import { blockRows } from './emitted-trees.ts';

const inputs = 6;

interface Shape {
  readonly trees: number;
  readonly depth: number;
  readonly targets: number;
  readonly aggregate: TreeEnsemble['aggregate'];
  readonly equal: boolean;
  /** How clustered thresholds are: many within one bucket of the search. */
  readonly crowded?: boolean;
}

/** Random trees in canonical form, some of whose children are shared. */
function randomEnsemble(
  random: Random,
  { trees, depth, targets, aggregate, equal, crowded = false }: Shape,
): TreeEnsemble {
  const rows: { feature: number; threshold: number; equal: number; missing: number; yes: number; no: number }[] = [];
  let leaves = 0;
  const grow = (level: number): number => {
    if (level === depth || random.next() < 0.15) return ~leaves++;
    const asks = equal && random.next() < 0.4 ? 1 : 0;
    const spread = crowded && random.next() < 0.7 ? 1e-4 : 2;
    const threshold = Math.fround(
      random.next() < 0.03
        ? random.pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0])
        : spread * random.normal(),
    );
    const row = {
      feature: random.integer(inputs),
      threshold,
      equal: asks,
      missing: asks === 1 ? 0 : random.integer(2),
      yes: 0,
      no: 0,
    };
    const at = rows.push(row) - 1;
    row.yes = grow(level + 1);
    row.no = random.next() < 0.05 ? row.yes : grow(level + 1);
    return at;
  };
  const roots = Int32Array.from({ length: trees }, () => grow(0));
  const nodes = emptyTreeNodes(rows.length);
  rows.forEach((row, at) => {
    for (const key of ['feature', 'threshold', 'equal', 'missing', 'yes', 'no'] as const) nodes[key][at] = row[key];
  });
  return {
    nodes,
    roots,
    leaves: Float32Array.from({ length: leaves * targets }, () => random.normal()),
    targets,
    aggregate,
  };
}

/** What the trees mean, one node after the other. */
function walk({ nodes, roots, leaves, targets, aggregate }: TreeEnsemble, row: Float32Array): number[] {
  const start = aggregate === 'sum' ? 0 : aggregate === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const sums = new Array<number>(targets).fill(start);
  for (const root of roots) {
    let at = root;
    while (at >= 0) {
      const x = row[nodes.feature[at]];
      const holds = nodes.equal[at] === 1 ? x === nodes.threshold[at] : x <= nodes.threshold[at];
      at = (Number.isNaN(x) ? nodes.missing[at] === 1 : holds) ? nodes.yes[at] : nodes.no[at];
    }
    for (let target = 0; target < targets; target++) {
      const weight = leaves[~at * targets + target];
      const sum = sums[target];
      sums[target] =
        aggregate === 'sum'
          ? Math.fround(sum + weight)
          : aggregate === 'min'
            ? Math.min(sum, weight)
            : Math.max(sum, weight);
    }
  }
  return sums;
}

function randomRows(random: Random, ensemble: TreeEnsemble, rows: number): Float32Array[] {
  const { threshold, count } = ensemble.nodes;
  const value = () => {
    const choice = random.next();
    if (choice < 0.1) return Number.NaN;
    if (choice < 0.15) return random.pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0]);
    return choice < 0.6 && count > 0 ? threshold[random.integer(count)] : random.normal();
  };
  return Array.from({ length: rows }, () => Float32Array.from({ length: inputs }, value));
}

interface Functions {
  readonly row: (x: Float32Array, s: Float32Array) => void;
  readonly columns: (X: Float32Array, m: number, S: Float32Array) => void;
}

/** Runs all rows in both ways; answers what each gave. */
function run(
  ensemble: TreeEnsemble,
  forms: TreeForms,
  rows: readonly Float32Array[],
): { alone: number[][]; together: number[][] } {
  const emitted = emitTrees('t', ensemble, forms);
  const names = Object.keys(emitted.tables).join(', ');
  const make = new Function(
    'tables',
    `const { ${names} } = tables; ${emitted.source}; return { row: tRow, columns: tColumns };`,
  );
  const { row, columns } = make(emitted.tables) as Functions;
  const x = new Float32Array(Math.max(1, emitted.slots.length));
  const s = new Float32Array(ensemble.targets);
  const value = (from: Float32Array, slot: { input: number; missing: boolean }) =>
    slot.missing && Number.isNaN(from[slot.input]) ? Number.NEGATIVE_INFINITY : from[slot.input];
  const alone = rows.map((from) => {
    emitted.slots.forEach((slot, index) => {
      x[index] = value(from, slot);
    });
    row(x, s);
    return [...s];
  });
  const X = new Float32Array(Math.max(1, emitted.blockSlots.length) * blockRows);
  const S = new Float32Array(ensemble.targets * blockRows);
  emitted.blockSlots.forEach((slot, index) => {
    rows.forEach((from, at) => {
      X[index * blockRows + at] = value(from, slot);
    });
  });
  columns(X, rows.length, S);
  const together = rows.map((_, at) => Array.from(s, (_sum, target) => S[target * blockRows + at]));
  return { alone, together };
}

const shapes: Shape[] = [
  { trees: 1, depth: 0, targets: 1, aggregate: 'sum', equal: false },
  { trees: 3, depth: 1, targets: 1, aggregate: 'sum', equal: false },
  { trees: 17, depth: 5, targets: 1, aggregate: 'sum', equal: false },
  { trees: 8, depth: 8, targets: 1, aggregate: 'sum', equal: true },
  { trees: 12, depth: 6, targets: 3, aggregate: 'sum', equal: false },
  { trees: 9, depth: 4, targets: 20, aggregate: 'sum', equal: true },
  { trees: 11, depth: 5, targets: 2, aggregate: 'min', equal: false },
  { trees: 11, depth: 5, targets: 1, aggregate: 'max', equal: true },
  { trees: 40, depth: 7, targets: 1, aggregate: 'sum', equal: false, crowded: true },
];

const all: TreeForms[] = [
  { row: 'heap', columns: 'sliced' },
  { row: 'linked', columns: 'linked' },
  { row: 'heap', columns: 'linked' },
  { row: 'linked', columns: 'sliced' },
];

describe.each(all)('trees as $row rows and $columns columns', (forms) => {
  test.each(shapes)('mean what the trees mean: %o', (shape) => {
    const random = new Random(shape.trees * 31 + shape.depth);
    const ensemble = randomEnsemble(random, shape);
    // A handful, one word of rows, some words and a bit, and a full block.
    for (const count of [1, 12, 13, 32, 45, blockRows]) {
      const rows = randomRows(random, ensemble, count);
      const wanted = rows.map((row) => walk(ensemble, row));
      const { alone, together } = run(ensemble, forms, rows);
      expect(alone).toEqual(wanted);
      expect(together).toEqual(wanted);
    }
  });
});

test('deep trees are linked, shallow ones padded and sliced', () => {
  const of = (trees: number, depth: number) =>
    chooseForms(randomEnsemble(new Random(1), { trees, depth, targets: 1, aggregate: 'sum', equal: false }));
  expect(of(100, 6)).toEqual({ row: 'heap', columns: 'sliced' });
  expect(of(4, 14)).toEqual({ row: 'linked', columns: 'linked' });
});
