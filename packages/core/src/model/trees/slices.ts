import { floatsOf } from '../ir/tree-ensemble.ts';
import { neutralText } from './aggregate.ts';
import { completeTree, placeOfEntry } from './complete.ts';
import type { Conditions } from './conditions.ts';
import { arrayType, blockRows, type Emitted, repeat, type Table } from './emitted-trees.ts';
import type { Linked } from './linked.ts';
import { membershipSource } from './memberships.ts';
import { emitRanks } from './ranks.ts';
import { treeTops, wholeTrees } from './slice-code.ts';
import type { SliceDepths } from './slice-depths.ts';
import type { TreeParts } from './tree-parts.ts';

/**
 * 32 rows at once, one bit of a word each. First every distinct question `x <= threshold` of the ensemble is answered
 * for 32 rows in one word: the ranks of the values mark where the answer turns to yes, and one running XOR over the
 * sorted thresholds spreads it. Then each tree, padded to a complete one, chooses between words instead of walking:
 * `no ^ ((no ^ yes) & bit)` moves 32 rows one level down. What is left are `depth` words that hold each row's leaf
 * number, a bit in each; shifts turn them into bytes. No branch depends on the data. Of deep trees the top is sliced.
 */
export function emitSlices(name: string, parts: TreeParts, cut: SliceDepths, plan: SlicePlan): Emitted {
  const { ensemble } = parts;
  const { conditions, linked } = plan;
  const ranks = emitRanks(name, conditions, ensemble.precision, plan.placeOf);
  const { tables, runs } = layOut(name, parts, cut, plan);
  const kinds = [...new Set(runs.map((run) => run.kind))].sort((a, b) => a - b);
  const codes = kinds.map((kind) => {
    return kind < topKind || linked === null
      ? wholeTrees(name, parts, kind)
      : treeTops(name, parts, kind - topKind, linked);
  });
  const source = [
    `\nconst ${name}D = new Int32Array(${conditions.places}), ${name}N = new Uint8Array(32), ${name}G = new ${arrayType(ensemble.precision)}(${32 * ensemble.targets});`,
    ranks.source,
    membershipSource(name, parts, conditions, plan.placeOfCategory),
    answersSource(name, conditions),
    ...codes,
    blockSource(name, parts, kinds, runs.length),
  ].join('');
  const runTable = Int32Array.from(runs.flatMap(({ kind, count, start }) => [kind, count, start]));
  return {
    source,
    tables: { ...ranks.tables, ...tables, [`${name}E`]: runTable, [`${name}Z`]: templateOf(conditions) },
  };
}

/** What slices are made of: the questions, where `X` and `Y` hold what they are about, and what goes on below. */
export interface SlicePlan {
  readonly conditions: Conditions;
  readonly placeOf: (input: number) => number;
  readonly placeOfCategory: (table: number) => number;
  readonly linked: Linked | null;
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
function templateOf(conditions: Conditions): Int32Array {
  const template = new Int32Array(conditions.listed);
  for (const { lists } of conditions.inputs) {
    for (const { thresholds, start } of lists) if (thresholds.length > 0 && start > 0) template[start] = -1;
  }
  return template;
}

function layOut(
  name: string,
  { ensemble, weights: leafWeights }: TreeParts,
  { depths, goesOn }: SliceDepths,
  { conditions, linked }: SlicePlan,
): { tables: Record<string, Table>; runs: Run[] } {
  const { targets, precision } = ensemble;
  const total = depths.reduce((sum, depth) => sum + (1 << depth), 0);
  const needsOffsets = targets > 1 || goesOn.includes(true);
  const needsWeights = targets === 1 && goesOn.includes(false);
  const questions = conditions.places <= 65536 ? new Uint16Array(total) : new Int32Array(total);
  const offsets = new Int32Array(needsOffsets ? total : 0);
  const weights = floatsOf(precision, needsWeights ? total : 0);
  const runs: Run[] = [];
  let start = 0;
  ensemble.roots.forEach((root, tree) => {
    const kind = depths[tree] + (goesOn[tree] ? topKind : 0);
    if (runs.at(-1)?.kind !== kind) runs.push({ kind, start, count: 0 });
    runs[runs.length - 1].count += 1;
    const size = 1 << depths[tree];
    const entries = completeTree(ensemble, root, depths[tree]);
    for (let at = 1; at < size; at++) questions[start + at] = entries[at] < 0 ? 0 : conditions.ofNode[entries[at]];
    for (let at = 0; at < size; at++) {
      const child = entries[size + at];
      if (goesOn[tree]) offsets[start + at] = linked?.placeOf(placeOfEntry(entries, size + at)) ?? 0;
      else if (needsWeights) weights[start + at] = leafWeights[~child];
      else offsets[start + at] = ~child * targets;
    }
    start += size;
  });
  const equalities = Int32Array.from(conditions.equalities.flatMap(({ at, below }) => [at, below]));
  return {
    runs,
    tables: {
      [`${name}C`]: questions,
      ...(equalities.length === 0 ? {} : { [`${name}A`]: equalities }),
      ...(needsOffsets ? { [`${name}O`]: offsets } : {}),
      ...(needsWeights ? { [`${name}L`]: weights } : {}),
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
  for (let k = 0; k < ${conditions.listed}; k += 4) { ${four}}${conditions.equalities.length === 0 ? '' : equal}${conditions.memberships.length === 0 ? '' : `\n  ${name}Memberships(base);`}
}`;
}

function blockSource(name: string, { ensemble }: TreeParts, kinds: readonly number[], runs: number): string {
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
