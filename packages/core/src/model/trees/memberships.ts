import type { Conditions } from './conditions.ts';
import { blockRows } from './emitted-trees.ts';
import type { TreeParts } from './tree-parts.ts';

/**
 * `<name>Memberships(base)`: the answers about memberships for rows `base` ... `base + 31`. The words of each row's
 * category hold one bit a question; slices want one word a question with one bit a row. So 32 words of 32 rows are
 * turned like a matrix, in five rounds that swap ever smaller squares.
 */
export function membershipSource(
  name: string,
  { name: shared, categories }: TreeParts,
  conditions: Conditions,
  placeOf: (table: number) => number,
): string {
  if (categories === null) return '';
  const turns = categories.tables.map(({ words }, table) => {
    const at = `${placeOf(table) * blockRows} + base`;
    return `
  for (let w = 0, to = ${conditions.memberships[table]}; w < ${words}; w++, to += 32) {
    for (let r = 0; r < 32; r++) ${name}D[to + r] = ${shared}B[${shared}Y[${at} + r] + w];
    ${name}Turn(to);
  }`;
  });
  return `
function ${name}Turn(to) {
  for (let half = 16, mask = 0xffff; half !== 0; half >>= 1, mask ^= mask << half) {
    for (let k = 0; k < 32; k = (k + half + 1) & ~half) {
      const low = ${name}D[to + k], high = ${name}D[to + k + half];
      const swap = ((low >>> half) ^ high) & mask;
      ${name}D[to + k + half] = high ^ swap;
      ${name}D[to + k] = low ^ (swap << half);
    }
  }
}
function ${name}Memberships(base) {${turns.join('')}
}`;
}
