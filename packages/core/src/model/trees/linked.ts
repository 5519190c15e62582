import { combine, neutralText } from './aggregate.ts';
import type { ChildPlace } from './complete.ts';
import { arrayType, blockBits, blockRows, type Emitted, repeat } from './emitted-trees.ts';
import { layOutRecords } from './linked-records.ts';
import { type RecordLayout, recordLayout } from './record-layout.ts';
import { answerBit, type TreeParts } from './tree-parts.ts';

/** Trees (for a row) or rows (for columns) walked at once. */
const together = 8;
/** Steps from a root between two looks at whether all have arrived. */
const steps = 4;

/**
 * Trees of any shape as records of one array, so that a step touches one cache line: slot, threshold, place of the
 * children, weight (or place of the weights), and where some node asks for equality its lower bound, for membership
 * its bit. The two children of a node lie side by side, no before yes. A leaf asks `x <= NaN` and is its own no-child,
 * so walking on does no harm.
 */
export function emitLinked(name: string, parts: TreeParts): Linked {
  const { ensemble, categories } = parts;
  const equals = ensemble.nodes.equal.includes(1);
  const layout = recordLayout(ensemble.precision, equals, categories !== null);
  const { words, roots, pairs } = layOutRecords(parts, layout, together);
  const code = new RecordCode(name, parts, layout, equals);
  const inBlock = (k: number, row: string): SlotCode => {
    const place = `[(${code.word('slot', k)} << ${blockBits}) + ${row} + ${k}]`;
    return { value: `X${place}`, place: `${parts.name}Y${place}` };
  };
  return {
    shared: {
      source: `\nconst ${name}Q = new ${arrayType(ensemble.precision)}(${name}P.buffer);`,
      tables: { [`${name}P`]: words, [`${name}R`]: roots },
    },
    row: rowSource(name, parts, code),
    block: blockSource(name, parts, code, inBlock),
    together,
    placeOf: ({ parent, yes }) => pairs[parent] + (yes ? 1 << layout.shift : 0),
    walkFrom: (start, row) =>
      `let ${Array.from({ length: together }, (_, k) => `i${k} = ${start(k)}`).join(', ')};${code.walk(2, (k) => inBlock(k, row))}`,
    weight: (k) => code.float('weight', k),
    offset: (k) => code.word('offset', k),
  };
}

/** The records of an ensemble, the code that walks them, and what other code needs to walk on from the middle. */
export interface Linked {
  readonly shared: Emitted;
  readonly row: string;
  readonly block: string;
  /** Walkers `i0`, `i1`, ... of one piece of code. */
  readonly together: number;
  /** The record of what hangs at a place. */
  placeOf(place: ChildPlace): number;
  /** Code that starts each walker at a record and walks rows `row`, `row + 1`, ... of a block to their leaves. */
  walkFrom(start: (k: number) => string, row: string): string;
  /** The weight of walker k's leaf, or the offset of its weights. */
  weight(k: number): string;
  offset(k: number): string;
}

/** What a walker reads at its node's slot: the number, and the place of the category's answers. */
interface SlotCode {
  readonly value: string;
  readonly place: string;
}

/** Pieces of code over the record of walker k. */
class RecordCode {
  private readonly name: string;
  private readonly parts: TreeParts;
  private readonly layout: RecordLayout;
  private readonly equals: boolean;

  constructor(name: string, parts: TreeParts, layout: RecordLayout, equals: boolean) {
    this.name = name;
    this.parts = parts;
    this.layout = layout;
    this.equals = equals;
  }

  word(field: keyof RecordLayout['wordAt'], k: number): string {
    const at = this.layout.wordAt[field];
    return `${this.name}P[i${k}${at === 0 ? '' : ` + ${at}`}]`;
  }

  float(field: keyof RecordLayout['floatAt'], k: number): string {
    const start = this.layout.floatShift === 0 ? `i${k}` : `(i${k} >> ${this.layout.floatShift})`;
    return `${this.name}Q[${start} + ${this.layout.floatAt[field]}]`;
  }

  /** Walks all walkers until none moves any more, looking every `stride` steps. */
  walk(stride: number, slot: (k: number) => SlotCode): string {
    const all = repeat(together, (k) => this.step(k, slot(k)));
    return `
      let moved = 0;
      do {
        ${repeat(stride - 1, () => `${all}\n        `)}
        ${repeat(together, (k) => `const j${k} = i${k};`)}
        ${all}
        moved = ${Array.from({ length: together }, (_, k) => `(i${k} ^ j${k})`).join(' | ')};
      } while (moved !== 0);`;
  }

  private step(k: number, { value, place }: SlotCode): string {
    const answers = [`(${value} <= ${this.float('threshold', k)} | 0)`];
    if (this.equals) answers.push(`(${value} >= ${this.float('lower', k)} | 0)`);
    if (this.parts.categories !== null) answers.push(answerBit(this.parts, place, this.word('bit', k)));
    const bit = answers.length === 1 ? answers[0] : `(${answers.join(' & ')})`;
    return `i${k} = ${this.word('child', k)} + (${bit} << ${this.layout.shift}) | 0;`;
  }
}

function rowSource(name: string, { name: shared, ensemble }: TreeParts, code: RecordCode): string {
  const { aggregate, targets } = ensemble;
  const groups = Math.ceil(ensemble.roots.length / together) * together;
  const single = targets === 1;
  const start = neutralText(aggregate);
  const take = (k: number) =>
    single
      ? `{ const w = ${code.float('weight', k)}; a = ${combine(ensemble, 'a', 'w')}; }\n      `
      : `{ const o = ${code.word('offset', k)}; for (let c = 0; c < ${targets}; c++) { const w = ${shared}W[o + c]; s[c] = ${combine(ensemble, 's[c]', 'w')}; } }\n      `;
  const slot = (k: number): SlotCode => ({
    value: `x[${code.word('slot', k)}]`,
    place: `${shared}y[${code.word('slot', k)}]`,
  });
  return `
function ${name}Row(x, s) {
  ${single ? `let a = ${start};` : `s.fill(${start});`}
  for (let t = 0; t < ${groups}; t += ${together}) {
      let ${Array.from({ length: together }, (_, k) => `i${k} = ${name}R[t + ${k}]`).join(', ')};${code.walk(steps, slot)}
      ${repeat(together, take)}
  }
  ${single ? 's[0] = a;' : ''}
}`;
}

function blockSource(
  name: string,
  { name: shared, ensemble }: TreeParts,
  code: RecordCode,
  slot: (k: number, row: string) => SlotCode,
): string {
  const { aggregate, targets } = ensemble;
  const take = (k: number) =>
    targets === 1
      ? `{ const w = ${code.float('weight', k)}; S[r + ${k}] = ${combine(ensemble, `S[r + ${k}]`, 'w')}; }\n      `
      : `{ const o = ${code.word('offset', k)}; for (let c = 0; c < ${targets}; c++) { const w = ${shared}W[o + c], q = c * ${blockRows} + r + ${k}; S[q] = ${combine(ensemble, 'S[q]', 'w')}; } }\n      `;
  return `
function ${name}Block(X, m, S) {
  S.fill(${neutralText(aggregate)});
  for (let t = 0; t < ${ensemble.roots.length}; t++) {
    const root = ${name}R[t];
    for (let r = 0; r < m; r += ${together}) {
      let ${Array.from({ length: together }, (_, k) => `i${k} = root`).join(', ')};${code.walk(steps, (k) => slot(k, 'r'))}
      ${repeat(together, take)}
    }
  }
}`;
}
