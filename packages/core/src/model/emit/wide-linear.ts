import type { Program, WideLinearStep } from '../ir/program.ts';
import { blockRows, type Table } from '../trees/emitted-trees.ts';
import { numberText } from './literal.ts';

/** Tables of a wide sum: where each term's feature stands in a row, the feature, values a row, offset; and the numbers. */
export function wideLinearTables(step: WideLinearStep, program: Program): Record<string, Table> {
  const name = `w${step.out}`;
  const places = step.from.flatMap(({ feature, offset }) => {
    const slot = program.features[feature];
    const width = slot.kind === 'numbers' ? slot.width : 1;
    return [slot.offset + offset, feature, width, offset];
  });
  return {
    [`${name}p`]: Int32Array.from(places),
    [`${name}w`]: step.weights,
    ...(step.offset === null ? {} : { [`${name}o`]: step.offset }),
    ...(step.factor === null ? {} : { [`${name}f`]: step.factor }),
  };
}

function term(step: WideLinearStep, value: string): string {
  const name = `w${step.out}`;
  const x = `Math.fround(${value})`;
  return step.offset === null ? x : `Math.fround(Math.fround(${x} - ${name}o[k]) * ${name}f[k])`;
}

function biasOf(step: WideLinearStep, index: number): string {
  return step.bias === null ? '' : ` + ${numberText(step.bias[index])}`;
}

/** Sums that a row keeps in constants of its own. */
const localSumsMax = 8;

/** Statements for one row that fill `s<value>`: all sums go through the inputs together. */
export function wideLinearRow(step: WideLinearStep): string {
  const name = `w${step.out}`;
  const count = step.from.length;
  const outputs = Array.from({ length: step.weights.length / count }, (_, index) => index);
  const local = outputs.length <= localSumsMax;
  const sum = (index: number) => (local ? `a${step.out}_${index}` : `s${step.out}[${index}]`);
  const start = local ? `let ${outputs.map((index) => `${sum(index)} = 0`).join(', ')};` : `s${step.out}.fill(0);`;
  const add = local
    ? outputs
        .map((index) => `${sum(index)} = Math.fround(${sum(index)} + Math.fround(x * ${name}w[${index * count} + k]));`)
        .join(' ')
    : `for (let o = 0; o < ${outputs.length}; o++) s${step.out}[o] += Math.fround(x * ${name}w[o * ${count} + k]);`;
  const ends = outputs.map((index) => `s${step.out}[${index}] = Math.fround(${sum(index)}${biasOf(step, index)});`);
  return `${start}
for (let k = 0; k < ${count}; k++) { const x = ${term(step, `numbers[${name}p[4 * k]]`)}; ${add} }
${ends.join(' ')}`;
}

/** Declares `w<value>Columns(c, start, m, S)`: input after input, each over all rows of the block. */
export function wideLinearColumns(step: WideLinearStep): string {
  const name = `w${step.out}`;
  const count = step.from.length;
  const outputs = step.weights.length / count;
  const sums = Array.from(
    { length: outputs },
    (_, index) =>
      `for (let i = 0; i < m; i++) S[${index * blockRows} + i] = Math.fround(S[${index * blockRows} + i]${biasOf(step, index)});`,
  );
  return `
const ${name}x = new Float32Array(${blockRows});
function ${name}Columns(c, start, m, S) {
  S.fill(0);
  for (let k = 0; k < ${count}; k++) {
    const column = c[${name}p[4 * k + 1]], width = ${name}p[4 * k + 2], first = start * width + ${name}p[4 * k + 3] | 0;
    for (let i = 0; i < m; i++) ${name}x[i] = ${term(step, 'column[first + i * width]')};
    for (let o = 0; o < ${outputs}; o++) {
      const weight = ${name}w[o * ${count} + k], at = o * ${blockRows};
      for (let i = 0; i < m; i++) S[at + i] += Math.fround(${name}x[i] * weight);
    }
  }
  ${step.bias === null ? '' : sums.join('\n  ')}
}
`;
}
