import { combine } from './aggregate.ts';
import { repeat } from './emitted-trees.ts';
import type { Linked } from './linked.ts';
import type { TreeParts } from './tree-parts.ts';

/** Targets written out one by one. */
const unrolledTargetsMax = 16;

/**
 * `<name>Trees<depth>(count, at, to)` takes `count` trees, whose questions start at `at` and leaves at `to`, into the
 * sums of `<name>G`. The 32 rows of a tree stay words of one bit a row until each row's leaf is known.
 */
export function wholeTrees(name: string, parts: TreeParts, depth: number): string {
  const take = parts.ensemble.targets === 1 ? singleTarget(name, parts, depth) : manyTargets(name, parts, depth);
  return treeLoop(`${name}Trees${depth}(count, at, to)`, name, depth, take);
}

/** `<name>Tops<depth>(count, at, to, X, base)`: the same for trees that go on below, which rows then walk, eight at once. */
export function treeTops(name: string, { name: shared, ensemble }: TreeParts, depth: number, linked: Linked): string {
  const { targets } = ensemble;
  const take = (k: number) => {
    if (targets === 1) {
      const sum = `${name}G[r + ${k}]`;
      return `{ const l = ${linked.weight(k)}; ${sum} = ${combine(ensemble, sum, 'l')}; }\n      `;
    }
    const sum = `${name}G[q + c]`;
    return `{ const o = ${linked.offset(k)}; for (let c = 0, q = (r + ${k}) * ${targets}; c < ${targets}; c++) { const l = ${shared}W[o + c]; ${sum} = ${combine(ensemble, sum, 'l')}; } }\n      `;
  };
  const walk = `${leafNumbers(name, depth)}for (let r = 0; r < 32; r += ${linked.together}) {
      const x = base + r;
      ${linked.walkFrom((k) => `${name}O[t + ${name}N[r + ${k}]]`, 'x')}
      ${repeat(linked.together, take)}
    }`;
  return treeLoop(`${name}Tops${depth}(count, at, to, X, base)`, name, depth, walk);
}

function treeLoop(signature: string, name: string, depth: number, body: string): string {
  const size = 1 << depth;
  return `
function ${signature} {
  const end = at + count * ${size} | 0;
  for (let b = at, t = to; b < end; b = b + ${size} | 0, t = t + ${size} | 0) {
    ${repeat(depth, (level) => chooseLevel(name, level))}
    ${body}
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

/**
 * `<name>Reach<bits>(count, at, to)`: the same for trees of any shape, whose leaf numbers have `bits` bits. Which rows
 * reach a node is one word; its question parts them. What is left are the words of the leaves, and a row is in one of
 * them: all words of leaves whose numbers have a bit set make the word of that bit.
 */
export function reachTrees(name: string, parts: TreeParts, bits: number): string {
  const take = parts.ensemble.targets === 1 ? singleTarget(name, parts, bits) : manyTargets(name, parts, bits);
  return `
function ${name}Reach${bits}(count, at, to) {
  let b = at, t = to;
  for (let tree = 0; tree < count; tree++) {
    const n = ${name}V[b], end = b + n | 0;
    ${name}M[0] = -1;
    for (let k = b + 1 | 0, s = 1; k <= end; k = k + 1 | 0, s = s + 2 | 0) {
      const rows = ${name}M[${name}V[k]], yes = ${name}D[${name}C[k]];
      ${name}M[s] = rows & ~yes;
      ${name}M[s + 1] = rows & yes;
    }
    b = end + 1 | 0;
    ${leafBits(name, bits)}
    ${take}
    b = b + ${1 << bits} | 0;
    t = t + n + 1 | 0;
  }
}`;
}

/** Leaf words that are constants of their own; more of them would be more code than engines optimise. */
const writtenOutBits = 6;

/**
 * Variables `b0` (the highest bit) ...: pairs of leaves are joined to ever fewer words, the odd ones of each round to a
 * bit. The first rounds of many leaves are loops over a scratch.
 */
function leafBits(name: string, bits: number): string {
  const loops = Math.max(0, bits - writtenOutBits);
  const word = (index: string) => `${name}M[${name}V[b + ${index}]]`;
  const lines = Array.from({ length: loops }, (_, place) => {
    const read = place === 0 ? word : (index: string) => `${name}P[${index}]`;
    const own = `b${bits - 1 - place}`;
    return `let ${own} = 0;
    for (let j = 0; j < ${1 << (bits - 1 - place)}; j++) { const odd = ${read('2 * j + 1')}; ${own} |= odd; ${name}P[j] = ${read('2 * j')} | odd; }`;
  });
  const first = (leaf: number) => (loops === 0 ? word(String(leaf)) : `${name}P[${leaf}]`);
  let words = Array.from({ length: 1 << (bits - loops) }, (_, leaf) => `r${loops}_${leaf}`);
  lines.push(words.map((one, leaf) => `const ${one} = ${first(leaf)};`).join(' '));
  for (let place = loops; place < bits; place++) {
    lines.push(`const b${bits - 1 - place} = ${words.filter((_, index) => index % 2 === 1).join(' | ')};`);
    if (place === bits - 1) break;
    const pairs = Array.from({ length: words.length / 2 }, (_, pair) => `r${place + 1}_${pair}`);
    lines.push(pairs.map((pair, at) => `const ${pair} = ${words[2 * at]} | ${words[2 * at + 1]};`).join(' '));
    words = pairs;
  }
  return lines.join('\n    ');
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

function singleTarget(name: string, { ensemble }: TreeParts, depth: number): string {
  return repeat(8, (g) => {
    const takes = repeat(4, (k) => {
      const sum = `${name}G[${g + 8 * k}]`;
      return ` { const l = ${name}L[t + ${byteOf('w', k)}]; ${sum} = ${combine(ensemble, sum, 'l')}; }`;
    });
    return `{ const w = ${leafBytes(depth, g)};${takes} }\n    `;
  });
}

/** Sums of a row side by side: a leaf's weights stand so too. */
function manyTargets(name: string, { name: shared, ensemble }: TreeParts, depth: number): string {
  const { targets, aggregate } = ensemble;
  const weight = (c: string) => combine(ensemble, `${name}G[q + ${c}]`, `${shared}W[o + ${c}]`);
  const take =
    targets <= unrolledTargetsMax && aggregate === 'sum'
      ? repeat(targets, (c) => `${name}G[q + ${c}] = ${weight(String(c))}; `)
      : `for (let c = 0; c < ${targets}; c++) ${name}G[q + c] = ${weight('c')};`;
  return `${leafNumbers(name, depth)}for (let r = 0, q = 0; r < 32; r++, q += ${targets}) { const o = ${name}O[t + ${name}N[r]]; ${take} }`;
}

/** Writes the 32 leaf numbers to `<name>N`. */
function leafNumbers(name: string, depth: number): string {
  return repeat(8, (g) => {
    const numbers = repeat(4, (k) => `${name}N[${g + 8 * k}] = ${byteOf('w', k)}; `);
    return `{ const w = ${leafBytes(depth, g)}; ${numbers}}\n    `;
  });
}
