import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import { combine, neutral, neutralText } from './aggregate.ts';
import type { ChildPlace } from './complete.ts';
import { blockBits, blockRows, type Emitted, repeat, type Table } from './emitted-trees.ts';
import type { Slots } from './slots.ts';

/** Trees (for a row) or rows (for columns) walked at once. */
const together = 8;
/** Steps from a root between two looks at whether all have arrived. */
const steps = 4;

/**
 * Trees of any shape as records of one array, so that a step touches one cache line: slot, threshold, place of the
 * children, weight (or place of the weights), and where some node asks for equality its lower bound. The two children
 * of a node lie side by side, no before yes. A leaf asks `x <= NaN` and is its own no-child, so walking on does no harm.
 */
export function emitLinked(name: string, ensemble: TreeEnsemble, slots: Slots): Linked {
  const equals = ensemble.nodes.equal.includes(1);
  const shift = equals ? 3 : 2;
  const { tables, roots, pairs } = layOut(name, ensemble, slots, shift);
  const columnValue = (k: number, row: string) => `X[(${name}P[i${k}] << ${blockBits}) + ${row} + ${k}]`;
  return {
    shared: {
      source: `\nconst ${name}Q = new Float32Array(${name}P.buffer);`,
      tables: { ...tables, [`${name}R`]: roots },
    },
    row: rowSource(name, ensemble, shift),
    block: blockSource(name, ensemble, shift, columnValue),
    together,
    placeOf: ({ parent, yes }) => pairs[parent] + (yes ? 1 << shift : 0),
    walkFrom: (start, row) =>
      `let ${Array.from({ length: together }, (_, k) => `i${k} = ${start(k)}`).join(', ')};${walk(name, shift, 2, (k) => columnValue(k, row))}`,
    weight: (k) => `${name}Q[i${k} + 3]`,
    offset: (k) => `${name}P[i${k} + 3]`,
    weightAt: (offset) => `${name}W[${offset}]`,
  };
}

/** The records of an ensemble, the code that walks them, and what other code needs to walk on from the middle. */
export interface Linked {
  readonly shared: Emitted;
  readonly row: string;
  readonly block: string;
  /** Walkers `i0`, `i1`, ... of one piece of code. */
  readonly together: number;
  /** The record of what hangs at a place. */
  placeOf(place: ChildPlace): number;
  /** Code that starts each walker at a record and walks rows `row`, `row + 1`, ... of a block to their leaves. */
  walkFrom(start: (k: number) => string, row: string): string;
  /** The weight of walker k's leaf, or the offset of its weights. */
  weight(k: number): string;
  offset(k: number): string;
  weightAt(offset: string): string;
}

/** One step of walker k, which reads its value with `value`. */
function step(name: string, k: number, shift: number, value: string): string {
  const below = `(${value} <= ${name}Q[i${k} + 1] | 0)`;
  const bit = shift === 3 ? `(${below} & (${value} >= ${name}Q[i${k} + 4] | 0))` : below;
  return `i${k} = ${name}P[i${k} + 2] + (${bit} << ${shift}) | 0;`;
}

/** Walks all walkers until none moves any more. */
function walk(name: string, shift: number, stride: number, value: (k: number) => string): string {
  const all = repeat(together, (k) => step(name, k, shift, value(k)));
  return `
      let moved = 0;
      do {
        ${repeat(stride - 1, () => `${all}\n        `)}
        ${repeat(together, (k) => `const j${k} = i${k};`)}
        ${all}
        moved = ${Array.from({ length: together }, (_, k) => `(i${k} ^ j${k})`).join(' | ')};
      } while (moved !== 0);`;
}

function rowSource(name: string, ensemble: TreeEnsemble, shift: number): string {
  const { aggregate, targets } = ensemble;
  const groups = Math.ceil(ensemble.roots.length / together) * together;
  const single = targets === 1;
  const take = (k: number) =>
    single
      ? `{ const w = ${name}Q[i${k} + 3]; a = ${combine(aggregate, 'a', 'w')}; }\n      `
      : `{ const o = ${name}P[i${k} + 3]; for (let c = 0; c < ${targets}; c++) { const w = ${name}W[o + c]; s[c] = ${combine(aggregate, 's[c]', 'w')}; } }\n      `;
  return `
function ${name}Row(x, s) {
  ${single ? `let a = ${neutralText(aggregate)};` : `s.fill(${neutralText(aggregate)});`}
  for (let t = 0; t < ${groups}; t += ${together}) {
      let ${Array.from({ length: together }, (_, k) => `i${k} = ${name}R[t + ${k}]`).join(', ')};${walk(name, shift, steps, (k) => `x[${name}P[i${k}]]`)}
      ${repeat(together, take)}
  }
  ${single ? 's[0] = a;' : ''}
}`;
}

function blockSource(
  name: string,
  ensemble: TreeEnsemble,
  shift: number,
  value: (k: number, row: string) => string,
): string {
  const { aggregate, targets } = ensemble;
  const take = (k: number) =>
    targets === 1
      ? `{ const w = ${name}Q[i${k} + 3]; S[r + ${k}] = ${combine(aggregate, `S[r + ${k}]`, 'w')}; }\n      `
      : `{ const o = ${name}P[i${k} + 3]; for (let c = 0; c < ${targets}; c++) { const w = ${name}W[o + c], q = c * ${blockRows} + r + ${k}; S[q] = ${combine(aggregate, 'S[q]', 'w')}; } }\n      `;
  return `
function ${name}Block(X, m, S) {
  S.fill(${neutralText(aggregate)});
  for (let t = 0; t < ${ensemble.roots.length}; t++) {
    const root = ${name}R[t];
    for (let r = 0; r < m; r += ${together}) {
      let ${Array.from({ length: together }, (_, k) => `i${k} = root`).join(', ')};${walk(name, shift, steps, (k) => value(k, 'r'))}
      ${repeat(together, take)}
    }
  }
}`;
}

function layOut(
  name: string,
  ensemble: TreeEnsemble,
  slots: Slots,
  shift: number,
): { tables: Record<string, Table>; roots: Int32Array; pairs: Int32Array } {
  const { nodes, targets } = ensemble;
  const order = reachable(ensemble);
  const pairs = new Int32Array(nodes.count);
  const padding = ensemble.roots.length;
  order.forEach((node, index) => {
    pairs[node] = (padding + 1 + 2 * index) << shift;
  });
  const records = padding + 1 + 2 * order.length;
  const words = new Int32Array(records << shift);
  const floats = new Float32Array(words.buffer);
  const neutralLeaf = ensemble.leaves.length / targets;
  const weights = new Float32Array(ensemble.leaves.length + targets).fill(neutral(ensemble.aggregate));
  weights.set(ensemble.leaves);
  const write = (at: number, child: number) => {
    words[at] = child < 0 ? 0 : slots.ofNode[child];
    floats[at + 1] = child < 0 ? Number.NaN : nodes.threshold[child];
    words[at + 2] = child < 0 ? at : pairs[child];
    if (child < 0 && targets === 1) floats[at + 3] = weights[~child];
    else words[at + 3] = child < 0 ? ~child * targets : 0;
    if (shift === 3)
      floats[at + 4] = child >= 0 && nodes.equal[child] === 1 ? nodes.threshold[child] : Number.NEGATIVE_INFINITY;
  };
  ensemble.roots.forEach((root, tree) => {
    write(tree << shift, root);
  });
  write(padding << shift, ~neutralLeaf);
  for (const node of order) {
    write(pairs[node], nodes.no[node]);
    write(pairs[node] + (1 << shift), nodes.yes[node]);
  }
  // Roots come first; the last group of walkers is filled up with a leaf that changes nothing.
  const roots = Int32Array.from({ length: padding + together }, (_, tree) => Math.min(tree, padding) << shift);
  return { roots, pairs, tables: { [`${name}P`]: words, ...(targets === 1 ? {} : { [`${name}W`]: weights }) } };
}

/** Nodes by breadth, tree after tree: parents before their children, each once. */
function reachable(ensemble: TreeEnsemble): number[] {
  const { yes, no } = ensemble.nodes;
  const seen = new Uint8Array(ensemble.nodes.count);
  const order: number[] = [];
  const visit = (child: number) => {
    if (child < 0 || seen[child] === 1) return;
    seen[child] = 1;
    order.push(child);
  };
  let next = 0;
  for (const root of ensemble.roots) {
    visit(root);
    for (; next < order.length; next++) {
      visit(no[order[next]]);
      visit(yes[order[next]]);
    }
  }
  return order;
}
