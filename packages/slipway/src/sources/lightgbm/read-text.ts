import { corrupt, unsupported } from '../import/document.ts';
import { readingLimits } from '../import/reading-limits.ts';

/** A block of `key=value` lines: the header, or one tree. */
export class TextBlock {
  readonly name: string;
  readonly #fields: ReadonlyMap<string, string>;

  constructor(name: string, fields: ReadonlyMap<string, string>) {
    this.name = name;
    this.#fields = fields;
  }

  find(key: string): string | null {
    return this.#fields.get(key) ?? null;
  }

  get(key: string): string {
    const value = this.find(key);
    if (value === null) throw corrupt(this.name, `There is no ${key}.`);
    return value;
  }

  integer(key: string): number {
    const text = this.get(key);
    if (!/^-?\d{1,15}$/.test(text)) throw corrupt(this.name, `${key} is ${JSON.stringify(text.slice(0, 50))}.`);
    return Number(text);
  }

  /** `count` finite numbers with blanks between. */
  numbers(key: string, count: number): Float64Array {
    const numbers = this.anyNumbers(key, count);
    const odd = numbers.find((value) => !Number.isFinite(value));
    if (odd === undefined) return numbers;
    throw corrupt(this.name, `${key} holds ${odd}, which is no finite number.`);
  }

  /** Numbers of which some may be infinite, which the library writes as inf. */
  anyNumbers(key: string, count: number): Float64Array {
    if (count > readingLimits.wordsMax) throw corrupt(this.name, `${key} would have ${count} entries.`);
    const words = split(this.get(key), ' ', count + 1);
    if (words.length !== count) {
      throw corrupt(
        this.name,
        `${key} has ${words.length > count ? 'more' : words.length} entries where ${count} belong.`,
      );
    }
    return Float64Array.from(words, (word) => {
      if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
      if (/^[+-]?inf$/.test(word)) return word.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      throw corrupt(this.name, `${key} holds ${JSON.stringify(word.slice(0, 50))}, which is no number.`);
    });
  }

  integers(key: string, count: number): Float64Array {
    const numbers = this.numbers(key, count);
    const odd = numbers.find((value) => !Number.isSafeInteger(value));
    if (odd === undefined) return numbers;
    throw corrupt(this.name, `${key} holds ${odd}, which is no whole number.`);
  }
}

/** The parts of a LightGBM text file that matter for predictions. */
export interface LightgbmText {
  readonly header: TextBlock;
  /** True where the header says that the trees are averaged. */
  readonly averaged: boolean;
  readonly trees: readonly TextBlock[];
  /** Training parameters as they stand in brackets; empty where the file has none. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The JSON text behind `pandas_categorical:`, or null. */
  readonly pandasCategorical: string | null;
}

/** Cuts the text of a model into its blocks. Raises MODEL_FILE_CORRUPT where it ends before `end of trees`. */
export function readLightgbmText(text: string): LightgbmText {
  const lines = text.split(/\r?\n/, readingLimits.linesMax + 1);
  if (lines.length > readingLimits.linesMax) {
    const message = `The file has more than ${readingLimits.linesMax} lines.`;
    throw unsupported('the file', message, 'Train fewer trees.');
  }
  const end = lines.indexOf('end of trees');
  if (end < 0) throw corrupt(`line ${lines.length}`, 'The file ends before its line "end of trees".');
  const starts: number[] = [];
  for (let at = 0; at < end; at++) if (lines[at]?.startsWith('Tree=')) starts.push(at);
  const header = lines.slice(0, starts[0] ?? end);
  const version = header.find((line) => line.startsWith('version='))?.slice('version='.length) ?? '';
  if (version !== 'v3' && version !== 'v4') {
    throw unsupported(
      'version',
      `The file is of version ${JSON.stringify(version.slice(0, 50))}; v3 and v4 are read.`,
      'Load the model with LightGBM 3 or 4 and save it again.',
    );
  }
  const trees = starts.map((start, index) => {
    if (lines[start] !== `Tree=${index}`) throw corrupt(`line ${start + 1}`, `Tree=${index} belongs here.`);
    return block(`tree ${index}`, lines.slice(start + 1, starts[index + 1] ?? end));
  });
  const rest = lines.slice(end + 1);
  return {
    header: block('the header', header),
    averaged: header.includes('average_output'),
    trees,
    parameters: parametersOf(rest),
    pandasCategorical: rest.find((line) => line.startsWith(pandas))?.slice(pandas.length) ?? null,
  };
}

const pandas = 'pandas_categorical:';

function block(name: string, lines: readonly string[]): TextBlock {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf('=');
    if (at < 0) continue;
    const key = line.slice(0, at);
    if (fields.has(key)) throw corrupt(name, `${JSON.stringify(key.slice(0, 50))} stands there twice.`);
    fields.set(key, line.slice(at + 1));
  }
  return new TextBlock(name, fields);
}

function parametersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = lines.flatMap((line) => {
    const [, key, value] = /^\[([^:\]]+): (.*)\]$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
  return new Map(found);
}

/** The words of a line, `wordsMax` at most; none of an empty one. */
export function split(text: string, by: string, wordsMax: number): string[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : trimmed.split(by, wordsMax);
}
