import { Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { type CategorySet, emptyTreeNodes, floatsOf, type TreeEnsemble } from '../ir/tree-ensemble.ts';
import type { TreeForms } from './choose-forms.ts';
import { emitTrees } from './emit-trees.ts';
import { arrayType, blockRows } from './emitted-trees.ts';
import { feedSlots } from './feed.ts';

const inputs = 6;

interface Shape {
  readonly trees: number;
  readonly depth: number;
  readonly targets: number;
  readonly aggregate: TreeEnsemble['aggregate'];
  readonly equal: boolean;
  /** How clustered thresholds are: many within one bucket of the search. */
  readonly crowded?: boolean;
  readonly precision?: TreeEnsemble['precision'];
  /** Sets that some nodes ask. */
  readonly sets?: readonly CategorySet[];
}

const fewSets: CategorySet[] = [
  { members: [0], cut: false },
  { members: [1, 2, 3], cut: false },
  { members: [0.5, 2], cut: false },
  { members: [-3, 4], cut: true },
];

/** More questions than a word has bits, about categories that lie close together or far apart. */
function manySets(random: Random): CategorySet[] {
  return Array.from({ length: 80 }, (_, index) => {
    const scale = index % 20 === 0 ? 1e6 : 1;
    const members = Array.from({ length: 1 + random.integer(20) }, () => scale * (random.integer(50) - 5));
    return { members: [...new Set(members)], cut: index % 3 === 0 };
  });
}

/** Random trees in canonical form, some of whose children are shared. */
function randomEnsemble(
  random: Random,
  { trees, depth, targets, aggregate, equal, crowded = false, precision = 'float32', sets = [] }: Shape,
): TreeEnsemble {
  const keys = ['feature', 'threshold', 'equal', 'set', 'missing', 'yes', 'no'] as const;
  const rows: Record<(typeof keys)[number], number>[] = [];
  let leaves = 0;
  const grow = (level: number): number => {
    if (level === depth || random.next() < 0.15) return ~leaves++;
    const set = random.next() < 0.5 ? random.integer(sets.length + 1) - 1 : -1;
    const asks = equal && set < 0 && random.next() < 0.4 ? 1 : 0;
    const spread = crowded && random.next() < 0.7 ? 1e-4 : 2;
    const threshold =
      random.next() < 0.03
        ? random.pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0])
        : spread * random.normal();
    const row = {
      feature: random.integer(inputs),
      threshold,
      equal: asks,
      set,
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
  const nodes = emptyTreeNodes(rows.length, precision);
  rows.forEach((row, at) => {
    for (const key of keys) nodes[key][at] = row[key];
  });
  const weights = Array.from({ length: leaves * targets }, () => random.normal());
  return {
    precision,
    nodes,
    sets,
    roots,
    leaves: floatsOf(precision, weights),
    targets,
    aggregate,
  };
}

/** What the trees mean, one node after the other. */
function walk({ precision, nodes, sets, roots, leaves, targets, aggregate }: TreeEnsemble, row: Row): number[] {
  const rounded = precision === 'float32' ? Math.fround : (x: number) => x;
  const start = aggregate === 'sum' ? 0 : aggregate === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const sums = new Array<number>(targets).fill(start);
  for (const root of roots) {
    let at = root;
    while (at >= 0) {
      const x = row[nodes.feature[at]];
      const set = sets[nodes.set[at]];
      const holds =
        set !== undefined
          ? set.members.includes(set.cut ? Math.trunc(x) : x)
          : nodes.equal[at] === 1
            ? x === nodes.threshold[at]
            : x <= nodes.threshold[at];
      at = (Number.isNaN(x) ? nodes.missing[at] === 1 : holds) ? nodes.yes[at] : nodes.no[at];
    }
    for (let target = 0; target < targets; target++) {
      const weight = leaves[~at * targets + target];
      const sum = sums[target];
      sums[target] =
        aggregate === 'sum'
          ? rounded(sum + weight)
          : aggregate === 'min'
            ? Math.min(sum, weight)
            : Math.max(sum, weight);
    }
  }
  return sums;
}

function randomRows(random: Random, ensemble: TreeEnsemble, rows: number): Row[] {
  const { threshold, count } = ensemble.nodes;
  const members = ensemble.sets.flatMap((set) => set.members);
  const value = () => {
    const choice = random.next();
    if (members.length > 0 && choice > 0.5) {
      const aside = random.pick([0, 0, 0, 0.5, -0.5, 1, 2 ** 32]);
      return random.pick(members) + aside;
    }
    if (choice < 0.1) return Number.NaN;
    if (choice < 0.15) return random.pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0]);
    return choice < 0.6 && count > 0 ? threshold[random.integer(count)] : random.normal();
  };
  return Array.from({ length: rows }, () => floatsOf(ensemble.precision, Array.from({ length: inputs }, value)));
}

type Row = Float32Array | Float64Array;

interface Functions {
  readonly row: (v: Row) => Row;
  readonly columns: (rows: readonly Row[]) => Row;
}

/** Runs all rows in both ways; answers what each gave. */
function run(
  ensemble: TreeEnsemble,
  forms: TreeForms,
  rows: readonly Row[],
): { alone: number[][]; together: number[][] } {
  const { row, columns } = functionsOf(ensemble, forms);
  const alone = rows.map((from) => [...row(from)]);
  const sums = columns(rows);
  const targets = Array.from({ length: ensemble.targets }, (_, target) => target);
  const together = rows.map((_, at) => targets.map((target) => sums[target * blockRows + at]));
  return { alone, together };
}

function functionsOf(ensemble: TreeEnsemble, forms: TreeForms): Functions {
  const emitted = emitTrees('t', ensemble, forms);
  const array = arrayType(ensemble.precision);
  const target = (x: string, y: string, at: (slot: number) => string) => ({
    numbers: (slot: number) => `${x}[${at(slot)}]`,
    categories: (slot: number) => `${y}[${at(slot)}]`,
  });
  const alone = target('x', 'ty', String);
  const together = target('X', 'tY', (slot) => `${slot * blockRows} + i`);
  const read = (input: number) => `v[${input}]`;
  const make = new Function(
    'tables',
    `const { ${Object.keys(emitted.tables).join(', ')} } = tables; ${emitted.source};
    const x = new ${array}(${emitted.slots.length}), X = new ${array}(${emitted.blockSlots.length * blockRows});
    const s = new ${array}(${ensemble.targets}), S = new ${array}(${ensemble.targets * blockRows});
    function row(v) { ${feedSlots('t', emitted.slots, read, alone)} tRow(x, s); return s; }
    function columns(rows) {
      for (let i = 0; i < rows.length; i++) { const v = rows[i]; ${feedSlots('t', emitted.blockSlots, read, together)} }
      tColumns(X, rows.length, S);
      return S;
    }
    return { row, columns };`,
  );
  return make(emitted.tables) as Functions;
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
  { trees: 17, depth: 5, targets: 1, aggregate: 'sum', equal: false, precision: 'float64' },
  { trees: 30, depth: 8, targets: 2, aggregate: 'sum', equal: false, precision: 'float64' },
  { trees: 12, depth: 9, targets: 1, aggregate: 'sum', equal: true, precision: 'float64' },
  { trees: 7, depth: 6, targets: 3, aggregate: 'min', equal: true, precision: 'float64', sets: fewSets },
  { trees: 12, depth: 6, targets: 1, aggregate: 'sum', equal: false, sets: fewSets },
  { trees: 9, depth: 5, targets: 2, aggregate: 'sum', equal: true, sets: fewSets },
  {
    trees: 30,
    depth: 7,
    targets: 1,
    aggregate: 'sum',
    equal: false,
    precision: 'float64',
    sets: manySets(new Random(7)),
  },
  { trees: 12, depth: 10, targets: 1, aggregate: 'sum', equal: true, sets: manySets(new Random(8)) },
];

const all: TreeForms[] = [
  { row: 'heap', columns: 'sliced' },
  { row: 'linked', columns: 'linked' },
  { row: 'heap', columns: 'linked' },
  { row: 'linked', columns: 'sliced' },
  { row: 'places', columns: 'sliced' },
];

describe.each(all)('trees as $row rows and $columns columns', (forms) => {
  // Rows that walk the slices know no equality, and no tree of more than 256 leaves.
  const suited = shapes.filter(({ equal, depth }) => forms.row !== 'places' || (!equal && depth <= 8));
  test.each(suited)('mean what the trees mean: %o', (shape) => {
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
  const of = (trees: number, depth: number, seed = 1) => {
    const shape: Shape = { trees, depth, targets: 1, aggregate: 'sum', equal: false };
    return emitTrees('t', randomEnsemble(new Random(seed), shape)).forms;
  };
  expect(of(100, 6)).toEqual({ row: 'heap', columns: 'sliced' });
  expect(of(1, 14, 2)).toEqual({ row: 'linked', columns: 'linked' });
});
