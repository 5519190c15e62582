import type { TreeEnsemble } from '../ir/tree-ensemble.ts';
import { neutralText } from './aggregate.ts';
import { visitComplete } from './complete.ts';
import { type Conditions, collectConditions } from './conditions.ts';
import { blockRows, type Emitted, repeat, type Table } from './emitted-trees.ts';
import type { Linked } from './linked.ts';
import { emitRanks } from './ranks.ts';
import { treeTops, wholeTrees } from './slice-code.ts';
import { type SliceDepths, sliceDepths } from './slice-depths.ts';

/** What slices need of an ensemble whose trees go on below: the records, and where `X` holds an input. */
export interface Below {
  readonly linked: Linked;
  readonly placeOf: (input: number) => number;
}

/**
 * 32 rows at once, one bit of a word each. First every distinct question `x <= threshold` of the ensemble is answered
 * for 32 rows in one word: the ranks of the values mark where the answer turns to yes, and one running XOR over the
 * sorted thresholds spreads it. Then each tree, padded to a complete one, chooses between words instead of walking:
 * `no ^ ((no ^ yes) & bit)` moves 32 rows one level down. What is left are `depth` words that hold each row's leaf
 * number, a bit in each; shifts turn them into bytes. No branch depends on the data. Of deep trees the top is sliced.
 */
export function emitSlices(
  name: string,
  ensemble: TreeEnsemble,
  below: Below | null,
): Emitted & { readonly inputs: readonly number[] } {
  const depths = sliceDepths(ensemble);
  const conditions = collectConditions(ensemble, depths.asked);
  const inputs = conditions.inputs.map(({ input }) => input);
  const ranks = emitRanks(name, conditions, below?.placeOf ?? ((input) => inputs.indexOf(input)));
  const { tables, runs } = layOut(name, ensemble, conditions, depths, below);
  const kinds = [...new Set(runs.map((run) => run.kind))].sort((a, b) => a - b);
  const codes = kinds.map((kind) => {
    return kind < topKind || below === null
      ? wholeTrees(name, ensemble, kind)
      : treeTops(name, ensemble, kind - topKind, below.linked);
  });
  const places = conditions.listed + conditions.equalities.length;
  const source = [
    `\nconst ${name}D = new Int32Array(${places}), ${name}N = new Uint8Array(32), ${name}G = new Float32Array(${32 * ensemble.targets});`,
    ranks.source,
    answersSource(name, conditions),
    ...codes,
    blockSource(name, ensemble, kinds, runs.length),
  ].join('');
  const runTable = Int32Array.from(runs.flatMap(({ kind, count, start }) => [kind, count, start]));
  return {
    source,
    tables: { ...ranks.tables, ...tables, [`${name}E`]: runTable, [`${name}Z`]: templateOf(conditions, places) },
    inputs,
  };
}

/** Added to the depth where the trees go on below. */
const topKind = 16;

/** Trees one after the other that one function takes. */
interface Run {
  readonly kind: number;
  readonly start: number;
  count: number;
}

/** At the start of each list but the first the running XOR is all ones; the template turns it back to zero. */
function templateOf(conditions: Conditions, places: number): Int32Array {
  const template = new Int32Array(places);
  for (const { lists } of conditions.inputs) {
    for (const { thresholds, start } of lists) if (thresholds.length > 0 && start > 0) template[start] = -1;
  }
  return template;
}

function layOut(
  name: string,
  ensemble: TreeEnsemble,
  conditions: Conditions,
  { depths, goesOn }: SliceDepths,
  below: Below | null,
): { tables: Record<string, Table>; runs: Run[] } {
  const total = depths.reduce((sum, depth) => sum + (1 << depth), 0);
  const places = conditions.listed + conditions.equalities.length;
  const questions = places <= 65536 ? new Uint16Array(total) : new Int32Array(total);
  const offsets = new Int32Array(total);
  const weights = new Float32Array(ensemble.targets === 1 ? total : 0);
  const runs: Run[] = [];
  let start = 0;
  ensemble.roots.forEach((root, tree) => {
    const kind = depths[tree] + (goesOn[tree] ? topKind : 0);
    if (runs.at(-1)?.kind !== kind) runs.push({ kind, start, count: 0 });
    runs[runs.length - 1].count += 1;
    const at = start;
    visitComplete(ensemble, root, depths[tree], {
      node: (position, node) => {
        questions[at + position] = node < 0 ? 0 : conditions.ofNode[node];
      },
      child: (position, child, place) => {
        offsets[at + position] = goesOn[tree] ? (below?.linked.placeOf(place) ?? 0) : ~child * ensemble.targets;
        if (ensemble.targets === 1 && child < 0) weights[at + position] = ensemble.leaves[~child];
      },
    });
    start += 1 << depths[tree];
  });
  const equalities = Int32Array.from(conditions.equalities.flatMap(({ at, below: other }) => [at, other]));
  const needsOffsets = ensemble.targets > 1 || goesOn.includes(true);
  const needsWeights = goesOn.includes(false);
  return {
    runs,
    tables: {
      [`${name}C`]: questions,
      ...(equalities.length === 0 ? {} : { [`${name}A`]: equalities }),
      ...(needsOffsets ? { [`${name}O`]: offsets } : {}),
      ...(needsWeights && ensemble.targets === 1 ? { [`${name}L`]: weights } : {}),
      ...(needsWeights && ensemble.targets > 1 ? { [`${name}W`]: ensemble.leaves } : {}),
    },
  };
}

function answersSource(name: string, conditions: Conditions): string {
  const four = repeat(4, (k) => `w ^= ${name}D[k + ${k}]; ${name}D[k + ${k}] = w; `);
  const equal = `
  for (let e = 0; e < ${conditions.equalities.length}; e++) {
    const below = ${name}A[2 * e + 1];
    ${name}D[${conditions.listed} + e] = ${name}D[${name}A[2 * e]] & ~(below < 0 ? 0 : ${name}D[below]);
  }`;
  return `
function ${name}Answers(X, base) {
  ${name}D.set(${name}Z);
  ${name}Rank(X, base);
  let w = 0;
  for (let k = 0; k < ${conditions.listed}; k += 4) { ${four}}${conditions.equalities.length === 0 ? '' : equal}
}`;
}

function blockSource(name: string, ensemble: TreeEnsemble, kinds: readonly number[], runs: number): string {
  const { targets } = ensemble;
  const calls = kinds.map((kind) => {
    const call = kind < topKind ? `${name}Trees${kind}(count, at)` : `${name}Tops${kind - topKind}(count, at, X, base)`;
    return `if (kind === ${kind}) ${call};`;
  });
  const copy =
    targets === 1
      ? `for (let r = 0; r < 32; r++) S[base + r] = ${name}G[r];`
      : `for (let r = 0, q = 0; r < 32; r++) for (let c = 0; c < ${targets}; c++, q++) S[c * ${blockRows} + base + r] = ${name}G[q];`;
  return `
function ${name}Block(X, m, S) {
  for (let base = 0; base < m; base += 32) {
    ${name}Answers(X, base);
    ${name}G.fill(${neutralText(ensemble.aggregate)});
    for (let e = 0; e < ${runs * 3}; e += 3) {
      const kind = ${name}E[e], count = ${name}E[e + 1], at = ${name}E[e + 2];
      ${calls.join('\n      else ')}
    }
    ${copy}
  }
}`;
}
