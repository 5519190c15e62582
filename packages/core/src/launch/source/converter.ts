import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { refuse } from '../problems.ts';
import type { Place, SourceEntry, SourceNode } from './source-node.ts';
import { smallHint, syntaxProblem } from './syntax.ts';

/** Aliases may repeat parts of the file; this bounds what they can grow to. */
const nodesMax = 200_000;
const depthMax = 32;

/**
 * Turns the parser's nodes into ours, in one pass: anchors are met before their aliases. Names of fields are compared
 * here and not by the parser, whose comparison takes the square of their number.
 */
export class Converter {
  private readonly file: string;
  private readonly place: (offset: number) => Place;
  private readonly anchors = new Map<string, ParsedNode>();
  private nodes = 0;

  constructor(file: string, place: (offset: number) => Place) {
    this.file = file;
    this.place = place;
  }

  convert(node: ParsedNode, depth: number): SourceNode {
    const at = this.place(node.range[0]);
    this.nodes += 1;
    if (this.nodes > nodesMax) this.refuse('The aliases of the file make it grow too large.', at, smallHint);
    if (depth > depthMax) this.refuse(`The file is nested more than ${depthMax} levels deep.`, at, smallHint);
    if (isAlias(node)) return this.convert(this.target(node.source, at), depth + 1);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return this.scalar(node, at);
    if (isSeq<ParsedNode>(node))
      return { kind: 'list', at, items: node.items.map((item) => this.convert(item, depth + 1)) };
    return { kind: 'map', at, entries: isMap<ParsedNode, ParsedNode | null>(node) ? this.entries(node, depth) : [] };
  }

  private entries(map: YAMLMap<ParsedNode, ParsedNode | null>, depth: number): SourceEntry[] {
    const first = new Map<string, Place>();
    return map.items.map((pair) => {
      const at = this.place(pair.key.range[0]);
      const key = this.key(pair.key, at);
      const earlier = first.get(key);
      if (earlier !== undefined) {
        const message = `The field ${JSON.stringify(key)} stands twice; it is first on line ${earlier.line}.`;
        this.refuse(message, at, 'Remove one of the two.');
      }
      first.set(key, at);
      if (pair.value === null) return { key, at, value: { kind: 'scalar', at, value: null, text: '' } };
      return { key, at, value: this.convert(pair.value, depth + 1) };
    });
  }

  private key(node: ParsedNode, at: Place): string {
    const known = isAlias(node) ? this.target(node.source, at) : node;
    if (known.anchor !== undefined) this.anchors.set(known.anchor, known);
    if (!isScalar(known) || known.value === null) {
      return this.refuse('The name of a field must be a word or a text.', at, 'Put the name in quotes.');
    }
    return typeof known.value === 'string' ? known.value : (known.source ?? String(known.value));
  }

  private target(anchor: string, at: Place): ParsedNode {
    const node = this.anchors.get(anchor);
    if (node !== undefined) return node;
    const message = `The alias *${anchor} has no anchor &${anchor} before it.`;
    return this.refuse(message, at, 'Put the text in quotes if no alias is meant.');
  }

  private scalar(node: Scalar, at: Place): SourceNode {
    const { value, source: text = '' } = node;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', at, value, text };
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return this.refuse(`${text} is not a finite number.`, at, 'Write a finite number.');
    }
    if (isRounded(value, text)) {
      return this.refuse(`${text} has more digits than a number can hold.`, at, 'Put it in quotes if it is a text.');
    }
    return { kind: 'scalar', at, value, text };
  }

  private refuse(message: string, at: Place, hint: string): never {
    return refuse(this.file, [syntaxProblem(message, at, hint)]);
  }
}

/** An integer of so many digits that the nearest float64 neither is it nor prints like it. */
function isRounded(value: number, text: string): boolean {
  if (Number.isSafeInteger(value) || !/^[-+]?[0-9]+$/.test(text)) return false;
  const digits = BigInt(text.replace('+', ''));
  return digits !== BigInt(value) && String(digits) !== String(value);
}
