import { combine } from './aggregate.ts';
import { repeat } from './emitted-trees.ts';
import type { Linked } from './linked.ts';
import type { TreeParts } from './tree-parts.ts';

/** Targets written out one by one. */
const unrolledTargetsMax = 16;

/**
 * `<name>Trees<depth>(count, at)` takes `count` trees, whose tables start at `at`, into the sums of `<name>G`. The 32
 * rows of a tree stay words of one bit a row until each row's leaf is known.
 */
export function wholeTrees(name: string, parts: TreeParts, depth: number): string {
  const take = parts.ensemble.targets === 1 ? singleTarget(name, parts, depth) : manyTargets(name, parts, depth);
  return treeLoop(`${name}Trees${depth}(count, at)`, name, depth, take);
}

/** `<name>Tops<depth>(count, at, X, base)`: the same for trees that go on below, which rows then walk, eight at once. */
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
      ${linked.walkFrom((k) => `${name}O[b + ${name}N[r + ${k}]]`, 'x')}
      ${repeat(linked.together, take)}
    }`;
  return treeLoop(`${name}Tops${depth}(count, at, X, base)`, name, depth, walk);
}

function treeLoop(signature: string, name: string, depth: number, body: string): string {
  const size = 1 << depth;
  return `
function ${signature} {
  const end = at + count * ${size} | 0;
  for (let b = at; b < end; b = b + ${size} | 0) {
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
      return ` { const l = ${name}L[b + ${byteOf('w', k)}]; ${sum} = ${combine(ensemble, sum, 'l')}; }`;
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
  return `${leafNumbers(name, depth)}for (let r = 0, q = 0; r < 32; r++, q += ${targets}) { const o = ${name}O[b + ${name}N[r]]; ${take} }`;
}

/** Writes the 32 leaf numbers to `<name>N`. */
function leafNumbers(name: string, depth: number): string {
  return repeat(8, (g) => {
    const numbers = repeat(4, (k) => `${name}N[${g + 8 * k}] = ${byteOf('w', k)}; `);
    return `{ const w = ${leafBytes(depth, g)}; ${numbers}}\n    `;
  });
}
