import { neutralText } from './aggregate.ts';
import type { Conditions } from './conditions.ts';
import { arrayType, blockRows, type Emitted, repeat, type Table } from './emitted-trees.ts';
import type { Linked } from './linked.ts';
import { membershipSource } from './memberships.ts';
import { placesRowSource } from './places-row.ts';
import { emitRanks } from './ranks.ts';
import { reachTrees, treeTops, wholeTrees } from './slice-code.ts';
import type { SliceDepths, TreeCut } from './slice-depths.ts';
import { SliceLayout } from './slice-layout.ts';
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
  const ranks = emitRanks(name, conditions, ensemble.precision, plan.placeOf, plan.forRow);
  const { tables, runs } = layOut(name, parts, cut, plan);
  const kinds = [...new Set(runs.map((run) => run.kind))].sort((a, b) => a - b);
  const codes = kinds.map((kind) => codeOfKind(name, parts, kind, linked));
  const source = [
    `\nconst ${name}D = new Int32Array(${conditions.places}), ${name}N = new Uint8Array(32), ${name}M = new Int32Array(${reachWords}), ${name}P = new Int32Array(${reachWords / 4}), ${name}G = new ${arrayType(ensemble.precision)}(${32 * ensemble.targets});`,
    ranks.source,
    membershipSource(name, parts, conditions, plan.placeOfCategory),
    answersSource(name, conditions),
    ...codes,
    blockSource(name, parts, kinds, runs.length),
    plan.forRow ? placesRowSource(name, parts, conditions, plan.placeOfCategory) : '',
  ].join('');
  const runTable = Int32Array.from(runs.flatMap(({ kind, count, start, leaves }) => [kind, count, start, leaves]));
  return {
    source,
    tables: { ...ranks.tables, ...tables, [`${name}E`]: runTable, [`${name}Z`]: startsOf(conditions) },
  };
}

/** What slices are made of: the questions, where `X` and `Y` hold what they are about, and what goes on below. */
export interface SlicePlan {
  readonly conditions: Conditions;
  readonly placeOf: (input: number) => number;
  readonly placeOfCategory: (table: number) => number;
  readonly linked: Linked | null;
  /** Whether rows walk the sliced trees too. */
  readonly forRow: boolean;
}

/** Kinds of trees as numbers: the depth of whole ones, and these with it. */
const topKind = 16;
const reachKind = 32;

/** Words of one tree's nodes and leaves, and one more that stays 0: what leaf numbers that no leaf has point to. */
const reachWords = 512;

function kindOf({ kind, depth }: TreeCut): number {
  return depth + (kind === 'top' ? topKind : kind === 'reach' ? reachKind : 0);
}

function codeOfKind(name: string, parts: TreeParts, kind: number, linked: Linked | null): string {
  if (kind >= reachKind) return reachTrees(name, parts, kind - reachKind);
  return kind >= topKind && linked !== null
    ? treeTops(name, parts, kind - topKind, linked)
    : wholeTrees(name, parts, kind);
}

/** Trees one after the other that one function takes, and where their questions and leaves start. */
interface Run {
  readonly kind: number;
  readonly start: number;
  readonly leaves: number;
  count: number;
}

/** Where a list starts, but the first: there the running XOR is all ones, and this turns it back to zero. */
function startsOf(conditions: Conditions): Int32Array {
  const lists = conditions.inputs.flatMap((input) => input.lists);
  return Int32Array.from(
    lists.filter(({ thresholds, start }) => thresholds.length > 0 && start > 0).map(({ start }) => start),
  );
}

function layOut(
  name: string,
  parts: TreeParts,
  { cuts }: SliceDepths,
  plan: SlicePlan,
): { tables: Record<string, Table>; runs: Run[] } {
  const { ensemble } = parts;
  const layout = new SliceLayout(parts, plan, cuts);
  const runs: Run[] = [];
  cuts.forEach((cut, tree) => {
    const kind = kindOf(cut);
    const { questionCount: start, leafCount: leaves } = layout;
    if (runs.at(-1)?.kind !== kind) runs.push({ kind, start, leaves, count: 0 });
    runs[runs.length - 1].count += 1;
    layout.add(cut, ensemble.roots[tree]);
  });
  layout.end();
  const equalities = Int32Array.from(plan.conditions.equalities.flatMap(({ at, below }) => [at, below]));
  return {
    runs,
    tables: { ...layout.tables(name), ...(equalities.length === 0 ? {} : { [`${name}A`]: equalities }) },
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
  ${name}D.fill(0, 0, ${conditions.listed});
  for (let k = 0; k < ${name}Z.length; k++) ${name}D[${name}Z[k]] = -1;
  ${name}Rank(X, base);
  let w = 0;
  for (let k = 0; k < ${conditions.listed}; k += 4) { ${four}}${conditions.equalities.length === 0 ? '' : equal}${conditions.memberships.length === 0 ? '' : `\n  ${name}Memberships(base);`}
}`;
}

function blockSource(name: string, { ensemble }: TreeParts, kinds: readonly number[], runs: number): string {
  const { targets } = ensemble;
  const calls = kinds.map((kind) => {
    return `if (kind === ${kind}) ${callOfKind(name, kind)};`;
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
    for (let e = 0; e < ${runs * 4}; e += 4) {
      const kind = ${name}E[e], count = ${name}E[e + 1], at = ${name}E[e + 2], to = ${name}E[e + 3];
      ${calls.join('\n      else ')}
    }
    ${copy}
  }
}`;
}

function callOfKind(name: string, kind: number): string {
  if (kind >= reachKind) return `${name}Reach${kind - reachKind}(count, at, to)`;
  return kind < topKind ? `${name}Trees${kind}(count, at, to)` : `${name}Tops${kind - topKind}(count, at, to, X, base)`;
}
