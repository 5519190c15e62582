import { corrupt, type DocumentValue } from '../import/document.ts';

/**
 * What the categories of each feature are called in the data frame that the model was trained on (files since 3.1):
 * XGBoost looks a value up and compares its place. Null where the codes themselves are given.
 */
export function readCategoryValues(
  learner: DocumentValue,
  count: number,
): (readonly string[] | readonly number[] | null)[] {
  const booster = learner.get('gradient_booster');
  const model = booster.find('model') ?? booster.find('gbtree')?.find('model') ?? null;
  const encodings = model?.find('cats')?.find('enc')?.items() ?? [];
  if (encodings.length === 0) return [];
  if (encodings.length !== count) {
    throw corrupt('cats.enc', `There are categories of ${encodings.length} features; the model has ${count}.`);
  }
  return encodings.map((encoding) => {
    const offsets = encoding.find('offsets')?.numbers();
    const values = encoding.get('values').numbers();
    if (values.length === 0) return null;
    return offsets === undefined ? Array.from(values) : textsBetween(offsets, values, encoding.path);
  });
}

/** Texts as one run of UTF-8 bytes, cut at the offsets. */
function textsBetween(offsets: ArrayLike<number>, values: ArrayLike<number>, where: string): string[] {
  const bytes = Uint8Array.from(values);
  return Array.from({ length: Math.max(0, offsets.length - 1) }, (_, index) => {
    const [start, end] = [offsets[index] as number, offsets[index + 1] as number];
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      throw corrupt(`${where}.offsets[${index}]`, `There is no text from ${start} to ${end}.`);
    }
    return new TextDecoder().decode(bytes.subarray(start, end));
  });
}
