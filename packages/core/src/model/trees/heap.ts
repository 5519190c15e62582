import { type TreeEnsemble, treeDepths } from '../ir/tree-ensemble.ts';
import { combine, neutral, neutralText } from './aggregate.ts';
import { visitComplete } from './complete.ts';
import { type Emitted, repeat, type Table } from './emitted-trees.ts';
import type { Slots } from './slots.ts';

/** Trees walked at once. More keep more registers busy than the processor has, fewer leave it waiting for memory. */
const together = 8;

/**
 * One row through trees that are padded to complete ones: the child of node i is 2 i + (0 or 1), so a step reads no
 * pointer and takes no branch. `(x <= t) | 0` is compiled to a flag move, where `x <= t ? 1 : 0` becomes a jump that
 * is predicted wrongly half of the time; eight trees at once hide the latency of each step's loads.
 */
export function emitHeapRow(name: string, ensemble: TreeEnsemble, slots: Slots): Emitted {
  const depth = Math.max(...treeDepths(ensemble));
  const size = 1 << depth;
  const trees = Math.ceil(ensemble.roots.length / together) * together;
  const equals = ensemble.nodes.equal.includes(1);
  const tables = layOut(name, ensemble, slots, depth, trees, equals);
  const single = ensemble.targets === 1;
  const at = (k: number) => `b + ${k * size} + i${k}`;
  const question = (k: number) => {
    const below = `(x[${name}F[${at(k)}]] <= ${name}T[${at(k)}] | 0)`;
    return equals ? `(${below} & (x[${name}F[${at(k)}]] >= ${name}U[${at(k)}] | 0))` : below;
  };
  const source = `
function ${name}Row(x, s) {
  ${single ? `let a = ${neutralText(ensemble.aggregate)};` : `s.fill(${neutralText(ensemble.aggregate)});`}
  for (let b = 0; b < ${trees * size}; b += ${together * size}) {
    let ${repeat(together, (k) => `${k === 0 ? '' : ', '}i${k} = 1`)};
    ${repeat(depth, () => `${repeat(together, (k) => `i${k} = 2 * i${k} + ${question(k)} | 0;`)}\n    `)}
    ${repeat(together, (k) => take(name, ensemble, `${at(k)} - ${size}`))}
  }
  ${single ? 's[0] = a;' : ''}
}`;
  return { source, tables };
}

/** Code that takes the leaf at table position `at` into the sums of all targets. */
function take(name: string, ensemble: TreeEnsemble, at: string): string {
  if (ensemble.targets === 1)
    return `{ const w = ${name}L[${at}]; a = ${combine(ensemble.aggregate, 'a', 'w')}; }\n    `;
  const weight = combine(ensemble.aggregate, 's[c]', 'w');
  return `{ const o = ${name}O[${at}]; for (let c = 0; c < ${ensemble.targets}; c++) { const w = ${name}W[o + c]; s[c] = ${weight}; } }\n    `;
}

function layOut(
  name: string,
  ensemble: TreeEnsemble,
  slots: Slots,
  depth: number,
  trees: number,
  equals: boolean,
): Record<string, Table> {
  const { nodes, targets, roots } = ensemble;
  const size = 1 << depth;
  const feature = slots.slots.length <= 256 ? new Uint8Array(trees * size) : new Uint16Array(trees * size);
  const threshold = new Float32Array(trees * size).fill(Number.NaN);
  const lower = new Float32Array(equals ? trees * size : 0).fill(Number.NEGATIVE_INFINITY);
  const last = ensemble.leaves.length / targets;
  const weights = new Float32Array(ensemble.leaves.length + targets).fill(neutral(ensemble.aggregate));
  weights.set(ensemble.leaves);
  const offsets = new Int32Array(trees * size).fill(last * targets);
  roots.forEach((root, tree) => {
    visitComplete(ensemble, root, depth, {
      node: (position, node) => {
        if (node < 0) return;
        feature[tree * size + position] = slots.ofNode[node];
        threshold[tree * size + position] = nodes.threshold[node];
        if (nodes.equal[node] === 1) lower[tree * size + position] = nodes.threshold[node];
      },
      child: (position, child) => {
        offsets[tree * size + position] = ~child * targets;
      },
    });
  });
  const leaves: Record<string, Table> =
    targets === 1
      ? { [`${name}L`]: Float32Array.from(offsets, (offset) => weights[offset]) }
      : { [`${name}O`]: offsets, [`${name}W`]: weights };
  return { [`${name}F`]: feature, [`${name}T`]: threshold, ...(equals ? { [`${name}U`]: lower } : {}), ...leaves };
}
