import { isAlias, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { type Problem, refuse } from '../problems.ts';
import type { Place, SourceEntry, SourceNode } from './source-node.ts';

/** A launch file of 10,000 features is about half of this. */
export const launchCharactersMax = 1_000_000;
/** Aliases may repeat parts of the file; this bounds what they can grow to. */
const nodesMax = 200_000;
const depthMax = 32;

/** Reads one YAML 1.2 document (core schema, no merge keys). Throws LAUNCH_SYNTAX with the place of the first trouble. */
export function readYaml(source: string, file: string): SourceNode {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (text.length > launchCharactersMax) {
    refuse(file, [
      tooLarge(`The file has ${text.length} characters; at most ${launchCharactersMax} are read.`, {
        line: 1,
        column: 1,
      }),
    ]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    strict: true,
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const trouble = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])[0];
  if (trouble !== undefined) {
    const what = sentences[trouble.code] ?? `This is not valid YAML: ${trouble.message}.`;
    refuse(file, [syntax(what, place(trouble.pos[0]), hints[trouble.code])]);
  }
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    refuse(file, [syntax('Launch files are YAML 1.2.', { line: 1, column: 1 }, 'Remove the %YAML line.')]);
  }
  if (document.contents === null) {
    refuse(file, [
      syntax(
        'The file is empty.',
        { line: 1, column: 1 },
        'Make a launch file with `slipway init` or `slipway train`.',
      ),
    ]);
  }
  return new Converter(file, place).convert(document.contents, 0);
}

/** Turns the parser's nodes into ours, once around: anchors are met before their aliases. */
class Converter {
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
    if (this.nodes > nodesMax) refuse(this.file, [tooLarge('The aliases of the file make it grow too large.', at)]);
    if (depth > depthMax) refuse(this.file, [tooLarge(`The file is nested more than ${depthMax} levels deep.`, at)]);
    if (isAlias(node)) return this.convert(this.target(node.source, at), depth + 1);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return this.scalar(node, at);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.convert(item as ParsedNode, depth + 1));
      return { kind: 'list', at, items };
    }
    return { kind: 'map', at, entries: isMap(node) ? this.entries(node, depth) : [] };
  }

  private entries(map: Extract<ParsedNode, { items: unknown }>, depth: number): SourceEntry[] {
    const first = new Map<string, Place>();
    const entries: SourceEntry[] = [];
    for (const pair of map.items as readonly { key: ParsedNode; value: ParsedNode | null }[]) {
      const at = this.place(pair.key.range[0]);
      const key = this.key(pair.key, at);
      const earlier = first.get(key);
      if (earlier !== undefined) {
        refuse(this.file, [
          syntax(
            `The field ${JSON.stringify(key)} stands twice; it is first on line ${earlier.line}.`,
            at,
            'Remove one of the two.',
          ),
        ]);
      }
      first.set(key, at);
      const value: SourceNode =
        pair.value === null ? { kind: 'scalar', at, value: null, text: '' } : this.convert(pair.value, depth + 1);
      entries.push({ key, at, value });
    }
    return entries;
  }

  private key(node: ParsedNode, at: Place): string {
    const known = isAlias(node) ? this.target(node.source, at) : node;
    if (known.anchor !== undefined) this.anchors.set(known.anchor, known);
    if (!isScalar(known) || known.value === null) {
      refuse(this.file, [syntax('The name of a field must be a word or a text.', at)]);
    }
    return typeof known.value === 'string' ? known.value : (known.source ?? String(known.value));
  }

  private target(anchor: string, at: Place): ParsedNode {
    const node = this.anchors.get(anchor);
    if (node === undefined) {
      refuse(this.file, [
        syntax(`The alias *${anchor} has no anchor &${anchor} before it.`, at, 'Quote the text if no alias is meant.'),
      ]);
    }
    return node;
  }

  private scalar(node: Extract<ParsedNode, { source: string }> | ParsedNode, at: Place): SourceNode {
    const value = (node as { value?: unknown }).value;
    const text = (node as { source?: string }).source ?? '';
    if (typeof value === 'string' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', at, value, text };
    if (
      typeof value === 'number' &&
      Number.isInteger(value) &&
      !Number.isSafeInteger(value) &&
      /^[-+]?[0-9]+$/.test(text)
    ) {
      refuse(this.file, [
        syntax(
          `${text} is an integer beyond 2^53 - 1 and cannot be held exactly.`,
          at,
          'Put it in quotes if it is a text.',
        ),
      ]);
    }
    if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'scalar', at, value, text };
    refuse(this.file, [syntax(`${text} is not a finite number.`, at, 'Write a finite number.')]);
  }
}

function syntax(message: string, at: Place, hint?: string): Problem {
  return { code: 'LAUNCH_SYNTAX', path: [], at, message, hint: hint ?? 'Mend this line.', suggestion: null };
}

function tooLarge(message: string, at: Place): Problem {
  return syntax(message, at, 'A launch file is small: keep data and tables in files of their own.');
}

/** Sentences of ours for what people meet; the rest says what the parser says. */
const sentences: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'A tab stands where the line is indented.',
  MULTIPLE_DOCS: 'The file holds more than one YAML document.',
  BAD_SCALAR_START: 'A text starts with a character that YAML keeps for itself.',
  BLOCK_AS_IMPLICIT_KEY: 'A second "name: value" stands where a value belongs.',
  MULTILINE_IMPLICIT_KEY: 'The name of a field runs over more than one line; a colon may be missing.',
  TAG_RESOLVE_FAILED: 'The file uses a YAML tag; launch files have none.',
  RESOURCE_EXHAUSTION: 'The file is nested too deeply.',
};

const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTIPLE_DOCS: 'Keep one document in a file; remove the line ---.',
  BAD_SCALAR_START: 'Put the text in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'Put the text in quotes, or give the second field its own line with the right indent.',
  TAG_RESOLVE_FAILED: 'Remove the word that starts with !, or quote the text.',
  RESOURCE_EXHAUSTION: 'A launch file is small: keep data and tables in files of their own.',
};
