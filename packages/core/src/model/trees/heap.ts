import { floatsOf } from '../ir/tree-ensemble.ts';
import { combine, neutral, neutralText } from './aggregate.ts';
import { completeTree } from './complete.ts';
import { type Emitted, repeat, type Table } from './emitted-trees.ts';
import { answerBit, type TreeParts } from './tree-parts.ts';

/** Trees walked at once. More keep more registers busy than the processor has, fewer leave it waiting for memory. */
const together = 8;

/**
 * One row through trees that are padded to complete ones: the child of node i is 2 i + (0 or 1), so a step reads no
 * pointer and takes no branch. `(x <= t) | 0` is compiled to a flag move, where `x <= t ? 1 : 0` becomes a jump that
 * is predicted wrongly half of the time; eight trees at once hide the latency of each step's loads.
 */
export function emitHeapRow(name: string, parts: TreeParts): Emitted {
  const { ensemble, categories } = parts;
  const depth = parts.depthMax;
  const size = 1 << depth;
  const trees = Math.ceil(ensemble.roots.length / together) * together;
  const equals = ensemble.nodes.equal.includes(1);
  const tables = layOut(name, parts, depth, trees, equals);
  const single = ensemble.targets === 1;
  const at = (k: number) => `b + ${k * size} + i${k}`;
  const question = (k: number) => {
    const value = `x[${name}F[${at(k)}]]`;
    const answers = [`(${value} <= ${name}T[${at(k)}] | 0)`];
    if (equals) answers.push(`(${value} >= ${name}U[${at(k)}] | 0)`);
    if (categories !== null) answers.push(answerBit(parts, `${parts.name}y[${name}F[${at(k)}]]`, `${name}M[${at(k)}]`));
    return answers.length === 1 ? answers[0] : `(${answers.join(' & ')})`;
  };
  const start = neutralText(ensemble.aggregate);
  const source = `
function ${name}Row(x, s) {
  ${single ? `let a = ${start};` : `s.fill(${start});`}
  for (let b = 0; b < ${trees * size}; b += ${together * size}) {
    let ${repeat(together, (k) => `${k === 0 ? '' : ', '}i${k} = 1`)};
    ${repeat(depth, () => `${repeat(together, (k) => `i${k} = 2 * i${k} + ${question(k)} | 0;`)}\n    `)}
    ${repeat(together, (k) => take(name, parts, `${at(k)} - ${size}`))}
  }
  ${single ? 's[0] = a;' : ''}
}`;
  return { source, tables };
}

/** Code that takes the leaf at table position `at` into the sums of all targets. */
function take(name: string, { name: shared, ensemble }: TreeParts, at: string): string {
  if (ensemble.targets === 1) return `{ const w = ${name}L[${at}]; a = ${combine(ensemble, 'a', 'w')}; }\n    `;
  const weight = combine(ensemble, 's[c]', 'w');
  return `{ const o = ${name}O[${at}]; for (let c = 0; c < ${ensemble.targets}; c++) { const w = ${shared}W[o + c]; s[c] = ${weight}; } }\n    `;
}

function layOut(
  name: string,
  { ensemble, slots, categories, weights }: TreeParts,
  depth: number,
  trees: number,
  equals: boolean,
): Record<string, Table> {
  const { nodes, targets, roots, precision } = ensemble;
  const size = 1 << depth;
  const feature = slots.slots.length <= 256 ? new Uint8Array(trees * size) : new Uint16Array(trees * size);
  const threshold = floatsOf(precision, trees * size).fill(Number.NaN);
  const lower = floatsOf(precision, equals ? trees * size : 0).fill(Number.NEGATIVE_INFINITY);
  const bits = new Int32Array(categories === null ? 0 : trees * size);
  const last = ensemble.leaves.length / targets;
  const offsets = new Int32Array(targets === 1 ? 0 : trees * size).fill(last * targets);
  const leaves = floatsOf(precision, targets === 1 ? trees * size : 0).fill(neutral(ensemble.aggregate));
  roots.forEach((root, tree) => {
    const entries = completeTree(ensemble, root, depth);
    const start = tree * size;
    for (let at = 1; at < size; at++) {
      const node = entries[at];
      if (node < 0) continue;
      feature[start + at] = slots.ofNode[node];
      threshold[start + at] = nodes.set[node] >= 0 ? Number.POSITIVE_INFINITY : nodes.threshold[node];
      if (nodes.equal[node] === 1) lower[start + at] = nodes.threshold[node];
      if (categories !== null) bits[start + at] = categories.bitOf[node];
    }
    for (let at = 0; at < size; at++) {
      const leaf = ~entries[size + at];
      if (targets === 1) leaves[start + at] = weights[leaf];
      else offsets[start + at] = leaf * targets;
    }
  });
  return {
    [`${name}F`]: feature,
    [`${name}T`]: threshold,
    ...(equals ? { [`${name}U`]: lower } : {}),
    ...(categories === null ? {} : { [`${name}M`]: bits }),
    ...(targets === 1 ? { [`${name}L`]: leaves } : { [`${name}O`]: offsets }),
  };
}
