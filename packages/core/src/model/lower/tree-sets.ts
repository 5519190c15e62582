import type { CategorySet } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { refuse } from './refusal.ts';

/** ONNX Runtime compares a value with each member of a set up to this one, and with 30 of them at most. */
const comparedMax = 30;
const int32Limit = 2 ** 31;
/** Answers of all sets, as the compiler lays them out: one bit for each question and category of an input. */
const answerBitsMax = 2 ** 27;

/**
 * The sets of an operator, each once. ONNX Runtime 1.30.0 compares values with the members of a small set, and cuts
 * them to int32 before it looks for them in any other.
 */
export class TreeSets {
  readonly list: CategorySet[] = [];
  private readonly node: OnnxNode;
  private readonly numbers = new Map<string, number>();
  private readonly uses = new Map<number, { readonly categories: Set<number>; readonly questions: Set<number> }>();

  constructor(node: OnnxNode) {
    this.node = node;
  }

  /** The number of the set that a node asks for a value of column `feature`. */
  numberOf(feature: number, members: readonly number[], missing: boolean): number {
    const cut = members.length > comparedMax || members.some((member) => member < 0 || member > comparedMax);
    if (cut && members.some((member) => !Number.isInteger(member) || Math.abs(member) >= int32Limit))
      throw refuse(this.node, 'a set has members that are not of int32');
    const distinct = [...new Set(members)].sort((a, b) => a - b);
    const key = `${cut} ${distinct.join(' ')}`;
    const number = this.numbers.get(key) ?? this.list.push({ members: distinct, cut }) - 1;
    this.numbers.set(key, number);
    this.note(2 * feature + (cut ? 1 : 0), distinct, 2 * number + (missing ? 1 : 0));
    return number;
  }

  /** Refuses sets so many and so different that their table of answers would be huge. */
  check(): void {
    let bits = 0;
    for (const { categories, questions } of this.uses.values()) bits += categories.size * questions.size;
    if (bits > answerBitsMax) throw refuse(this.node, `its sets of categories are ${bits} answers`);
  }

  private note(key: number, members: readonly number[], question: number): void {
    const use = this.uses.get(key) ?? { categories: new Set(), questions: new Set() };
    this.uses.set(key, use);
    use.questions.add(question);
    for (const member of members) use.categories.add(member);
  }
}
