import { corrupt, type DocumentValue, unsupported } from '../import/document.ts';
import { readNames } from './cut-names.ts';

/** The texts of a sample's columns, by name: they tell what categories are called whose names a file has cut. */
export type SeenTexts = ReadonlyMap<string, ReadonlySet<string>>;

export interface CategoryValues {
  /** By feature; null where the codes themselves are given. */
  readonly values: readonly (readonly string[] | readonly number[] | null)[];
  readonly notes: readonly string[];
}

/**
 * What the categories of each feature are called in the data frame that the model was trained on (files since 3.1):
 * XGBoost looks a value up and compares its place.
 * Raises MODEL_FILE_UNSUPPORTED where the file has cut names and the sample does not tell them.
 */
export function readCategoryValues(learner: DocumentValue, names: readonly string[], seen: SeenTexts): CategoryValues {
  const booster = learner.get('gradient_booster');
  const model = booster.find('model') ?? booster.find('gbtree')?.find('model') ?? null;
  const encodings = model?.find('cats')?.find('enc')?.items() ?? [];
  if (encodings.length === 0) return { values: [], notes: [] };
  if (encodings.length !== names.length) {
    throw corrupt('cats.enc', `There are categories of ${encodings.length} features; the model has ${names.length}.`);
  }
  const notes: string[] = [];
  const values = encodings.map((encoding, index) => {
    const offsets = encoding.find('offsets')?.numbers();
    const given = encoding.get('values').numbers();
    if (given.length === 0) return null;
    if (offsets === undefined) return Array.from(given);
    const run = runOf(offsets, given, encoding.path);
    const name = names[index] as string;
    const texts = seen.get(name);
    const read = readNames(run, texts ?? new Set());
    if (read.kind === 'names') return read.names;
    if (texts !== undefined) throw untold(encoding.path, name, read.known);
    notes.push(
      `XGBoost has cut the names of the categories of ${name} in the file (it counts letters where bytes are meant): ` +
        `they are given by their codes, ${listed(read.known)}; for names, give --data with rows of every category`,
    );
    return null;
  });
  return { values, notes };
}

/** Texts as one run of UTF-8 bytes, cut at the offsets. */
function runOf(offsets: ArrayLike<number>, values: ArrayLike<number>, where: string) {
  const bytes = Uint8Array.from(values);
  const cuts = Array.from(offsets);
  for (const [index, start] of cuts.slice(0, -1).entries()) {
    const end = cuts[index + 1] as number;
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      throw corrupt(`${where}.offsets[${index}]`, `There is no text from ${start} to ${end}.`);
    }
  }
  return { bytes, offsets: cuts };
}

function untold(path: string, feature: string, known: readonly string[]): Error {
  return unsupported(
    path,
    `XGBoost has cut the names of the categories of ${JSON.stringify(feature)}: what is left is ${listed(known)}.`,
    'Give --data with rows of every category, or train on names of plain ASCII letters.',
  );
}

const listedMax = 10;

function listed(known: readonly string[]): string {
  const shown = known.slice(0, listedMax).map((name, code) => `${code} ${JSON.stringify(name)}`);
  return `${shown.join(', ')}${known.length > listedMax ? ', …' : ''}`;
}
