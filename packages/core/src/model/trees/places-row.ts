import { combine, neutralText } from './aggregate.ts';
import type { Conditions } from './conditions.ts';
import { repeat } from './emitted-trees.ts';
import { rankBits, placesTogether as together } from './places-layout.ts';
import type { TreeParts } from './tree-parts.ts';

/** Steps between two looks at whether all walkers have arrived. */
const steps = 2;

/**
 * One row through trees of any shape, by the tables of the slices: values become ranks once, and a question is the
 * comparison of its place with a rank, which stands above the number that tells which one. A node takes a few bytes, so that a thousand trees stay near the processor.
 * `<name>` is the prefix of the slices; `placeOfCategory` tells where in `<shared>y` a table's answers stand.
 */
export function placesRowSource(
  name: string,
  parts: TreeParts,
  conditions: Conditions,
  placeOfCategory: (table: number) => number,
): string {
  const { name: shared, ensemble, categories } = parts;
  const inputs = 2 * conditions.inputs.length;
  const tables = categories?.tables.length ?? 0;
  const slots = Math.max(1, inputs + tables);
  const single = ensemble.targets === 1;
  const start = neutralText(ensemble.aggregate);
  // A category's rank says yes to every place, so that its bit decides; for thresholds it is the bit that says yes.
  const prepared = Array.from({ length: tables }, (_, table) => {
    const firstWord = conditions.memberships[table] / 32;
    return `${name}w[${inputs + table}] = ${shared}y[${placeOfCategory(table)}] - ${firstWord};`;
  });
  const arrays =
    tables === 0
      ? ''
      : `, ${name}w = new Int32Array(${slots}), ${name}m = new Int32Array(${slots}).fill(-1, ${inputs});
${name}r.fill(-1, ${inputs})`;
  const bits = rankBits(parts, conditions);
  const step = (k: number) => {
    const rank = `q & ${(1 << bits) - 1}`;
    const below = `(q >= ${name}r[${rank}] | 0)`;
    const bit = `(${shared}B[${name}w[${rank}] + (q >> ${bits + 5}) & ${name}m[${rank}]] >>> (q >> ${bits}))`;
    const child = `${name}H[2 * e${k} + ${tables === 0 ? below : `(${below} & ${bit})`}]`;
    return `{ const q = ${name}S[e${k}]; e${k} = b${k} + ${child} | 0; }`;
  };
  const all = repeat(together, step);
  const each = (piece: (k: number) => string) => Array.from({ length: together }, (_, k) => piece(k)).join(', ');
  const take = (k: number) =>
    single
      ? `{ const w = ${name}L[e${k} + ${name}F[t + ${k}]]; a = ${combine(ensemble, 'a', 'w')}; }\n    `
      : `{ const o = ${name}O[e${k} + ${name}F[t + ${k}]]; for (let c = 0; c < ${ensemble.targets}; c++) { const w = ${shared}W[o + c]; s[c] = ${combine(ensemble, 's[c]', 'w')}; } }\n    `;
  const groups = Math.ceil(ensemble.roots.length / together) * together;
  return `
const ${name}r = new Int32Array(${slots})${arrays};
function ${name}Row(x, s) {
  ${name}RankRow(x, ${name}r);
  for (let k = 0; k < ${inputs}; k++) ${name}r[k] <<= ${bits};
  ${prepared.join(' ')}
  ${single ? `let a = ${start};` : `s.fill(${start});`}
  for (let t = 0; t < ${groups}; t += ${together}) {
    const ${each((k) => `b${k} = ${name}J[t + ${k}]`)};
    let ${each((k) => `e${k} = b${k}`)};
    let moved = 0;
    do {
      ${repeat(steps - 1, () => `${all}\n      `)}
      const ${each((k) => `f${k} = e${k}`)};
      ${all}
      moved = ${Array.from({ length: together }, (_, k) => `(e${k} ^ f${k})`).join(' | ')};
    } while (moved !== 0);
    ${repeat(together, take)}
  }
  ${single ? 's[0] = a;' : ''}
}`;
}
