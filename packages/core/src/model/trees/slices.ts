import { type TreeEnsemble, treeDepths } from '../ir/tree-ensemble.ts';
import { combine, neutralText } from './aggregate.ts';
import { visitComplete } from './complete.ts';
import { type Conditions, collectConditions } from './conditions.ts';
import { blockRows, type Emitted, repeat, type Table } from './emitted-trees.ts';
import { emitRanks } from './ranks.ts';

/** Deeper trees have more nodes than a row visits by so much that slicing them no longer pays. */
export const slicedDepthMax = 8;

/** Targets written out one by one. */
const unrolledTargetsMax = 16;

/**
 * 32 rows at once, one bit of a word each. First every distinct question `x <= threshold` of the ensemble is answered
 * for 32 rows in one word: the ranks of the values mark where the answer turns to yes, and one running XOR over the
 * sorted thresholds spreads it. Then each tree, padded to a complete one, chooses between words instead of walking:
 * `no ^ ((no ^ yes) & bit)` moves 32 rows one level down. What is left are `depth` words that hold each row's leaf
 * number, a bit in each; shifts turn them into bytes. No branch depends on the data.
 */
export function emitSlices(name: string, ensemble: TreeEnsemble): Emitted & { readonly inputs: readonly number[] } {
  const conditions = collectConditions(ensemble);
  const depths = treeDepths(ensemble);
  const places = conditions.listed + conditions.equalities.length;
  const ranks = emitRanks(name, conditions);
  const { tables, runs } = layOut(name, ensemble, conditions, depths);
  const used = [...new Set(depths)].sort((a, b) => a - b);
  const source = [
    `\nconst ${name}D = new Int32Array(${places});`,
    ensemble.targets === 1 ? '' : `\nconst ${name}N = new Uint8Array(32);`,
    ranks.source,
    answersSource(name, conditions),
    ...used.map((depth) => treesSource(name, ensemble, depth)),
    blockSource(name, ensemble, used, runs.length / 4),
  ].join('');
  const start = templateOf(conditions, places);
  return {
    source,
    tables: { ...ranks.tables, ...tables, [`${name}E`]: runs, [`${name}Z`]: start },
    inputs: conditions.inputs.map(({ input }) => input),
  };
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
  depths: Int32Array,
): { tables: Record<string, Table>; runs: Int32Array } {
  const total = depths.reduce((sum, depth) => sum + (1 << depth), 0);
  const questions =
    conditions.listed + conditions.equalities.length <= 65536 ? new Uint16Array(total) : new Int32Array(total);
  const offsets = new Int32Array(total);
  const runs: number[] = [];
  let start = 0;
  ensemble.roots.forEach((root, tree) => {
    const depth = depths[tree];
    if (tree === 0 || depth !== depths[tree - 1]) runs.push(depth, 0, start, 0);
    runs[runs.length - 3] += 1;
    const at = start;
    visitComplete(ensemble, root, depth, {
      node: (position, node) => {
        questions[at + position] = node < 0 ? 0 : conditions.ofNode[node];
      },
      leaf: (position, leaf) => {
        offsets[at + position] = leaf * ensemble.targets;
      },
    });
    start += 1 << depth;
  });
  const equalities = Int32Array.from(conditions.equalities.flatMap(({ at, below }) => [at, below]));
  const leaves: Record<string, Table> =
    ensemble.targets === 1
      ? { [`${name}L`]: Float32Array.from(offsets, (offset) => ensemble.leaves[offset]) }
      : { [`${name}O`]: offsets, [`${name}W`]: ensemble.leaves };
  const some: Record<string, Table> = equalities.length === 0 ? {} : { [`${name}A`]: equalities };
  return { tables: { [`${name}C`]: questions, ...some, ...leaves }, runs: Int32Array.from(runs) };
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

/** `<name>Trees<depth>(count, at)` takes `count` trees, whose tables start at `at`, into the sums of `<name>G`. */
function treesSource(name: string, ensemble: TreeEnsemble, depth: number): string {
  const size = 1 << depth;
  const words = repeat(depth, (level) => chooseLevel(name, level));
  return `
function ${name}Trees${depth}(count, at) {
  const end = at + count * ${size} | 0;
  for (let b = at; b < end; b = b + ${size} | 0) {
    ${words}
    ${ensemble.targets === 1 ? singleTarget(name, ensemble, depth) : manyTargets(name, ensemble, depth)}
  }
}`;
}

/** The word of one level: of its 2^level answers, each row's own, chosen by the words of the levels above. */
function chooseLevel(name: string, level: number): string {
  const lines: string[] = [];
  const choose = (from: number, above: number): string => {
    const id = `n${level}_${lines.length}`;
    if (above === level) {
      lines.push(`const ${id} = ${name}D[${name}C[b + ${(1 << level) + from}]];`);
      return id;
    }
    const no = choose(from, above + 1);
    const yes = choose(from + (1 << (level - above - 1)), above + 1);
    const chosen = `n${level}_${lines.length}`;
    lines.push(`const ${chosen} = ${no} ^ ((${no} ^ ${yes}) & b${above});`);
    return chosen;
  };
  const word = choose(0, 0);
  return `${lines.join(' ')} const b${level} = ${word};\n    `;
}

/** The leaf numbers of rows g, g + 8, g + 16 and g + 24, a byte each. */
function leafBytes(depth: number, g: number): string {
  if (depth === 0) return '0';
  return Array.from({ length: depth }, (_, level) => {
    const place = depth - 1 - level;
    const shift = place - g;
    const moved = shift >= 0 ? `(b${level} << ${shift})` : `(b${level} >>> ${-shift})`;
    return `(${moved} & ${0x01010101 << place})`;
  }).join(' | ');
}

function byteOf(word: string, index: number): string {
  return index === 0 ? `(${word} & 255)` : index === 3 ? `(${word} >>> 24)` : `(${word} >>> ${8 * index} & 255)`;
}

function singleTarget(name: string, ensemble: TreeEnsemble, depth: number): string {
  return repeat(8, (g) => {
    const takes = repeat(4, (k) => {
      const sum = `${name}G[${g + 8 * k}]`;
      return ` { const l = ${name}L[b + ${byteOf('w', k)}]; ${sum} = ${combine(ensemble.aggregate, sum, 'l')}; }`;
    });
    return `{ const w = ${leafBytes(depth, g)};${takes} }\n    `;
  });
}

/** Sums of a row side by side: a leaf's weights stand so too. */
function manyTargets(name: string, ensemble: TreeEnsemble, depth: number): string {
  const { targets, aggregate } = ensemble;
  const numbers = repeat(
    8,
    (g) =>
      `{ const w = ${leafBytes(depth, g)}; ${repeat(4, (k) => `${name}N[${g + 8 * k}] = ${byteOf('w', k)}; `)}}\n    `,
  );
  const weight = (c: string) => combine(aggregate, `${name}G[q + ${c}]`, `${name}W[o + ${c}]`);
  const take =
    targets <= unrolledTargetsMax && aggregate === 'sum'
      ? repeat(targets, (c) => `${name}G[q + ${c}] = ${weight(String(c))}; `)
      : `for (let c = 0; c < ${targets}; c++) ${name}G[q + c] = ${weight('c')};`;
  return `${numbers}for (let r = 0, q = 0; r < 32; r++, q += ${targets}) { const o = ${name}O[b + ${name}N[r]]; ${take} }`;
}

function blockSource(name: string, ensemble: TreeEnsemble, depths: readonly number[], runs: number): string {
  const { targets } = ensemble;
  const calls = depths.map(
    (depth) => `if (depth === ${depth}) ${name}Trees${depth}(${name}E[e + 1], ${name}E[e + 2]);`,
  );
  const copy =
    targets === 1
      ? `for (let r = 0; r < 32; r++) S[base + r] = ${name}G[r];`
      : `for (let r = 0, q = 0; r < 32; r++) for (let c = 0; c < ${targets}; c++, q++) S[c * ${blockRows} + base + r] = ${name}G[q];`;
  return `
const ${name}G = new Float32Array(${32 * targets});
function ${name}Block(X, m, S) {
  for (let base = 0; base < m; base += 32) {
    ${name}Answers(X, base);
    ${name}G.fill(${neutralText(ensemble.aggregate)});
    for (let e = 0; e < ${runs * 4}; e += 4) {
      const depth = ${name}E[e];
      ${calls.join('\n      else ')}
    }
    ${copy}
  }
}`;
}
