import { corrupt } from '../import/document.ts';
import { type LightgbmText, split } from './read-text.ts';

/**
 * What the categories of a data frame are called, by the number of their feature. The file holds them in the order of
 * the columns of the type `category`, and doesn't say which these are: they are told from the categorical features
 * where the numbers of both are the same, and left alone where not, for codes then come in as they are.
 */
export function pandasCategories(
  { pandasCategorical, parameters }: LightgbmText,
  infos: readonly string[],
): ReadonlyMap<number, readonly string[] | readonly number[]> {
  const lists = readLists(pandasCategorical);
  if (lists.length === 0) return new Map();
  const declared = split(parameters.get('categorical_feature') ?? '', ',', infos.length).map(Number);
  const columns =
    declared.length > 0 ? declared : infos.flatMap((info, index) => (/^-?\d+(:-?\d+)+$/.test(info) ? [index] : []));
  if (columns.length !== lists.length) return new Map();
  return new Map(
    lists.flatMap((list, index) => {
      const column = columns[index] as number;
      const known = column >= 0 && column < infos.length && list.length > 0;
      return known && isOneKind(list) ? [[column, list] as const] : [];
    }),
  );
}

/** A hundred times the categories that a contract holds. */
const categoriesCharsMax = 20_000_000;

function readLists(text: string | null): unknown[][] {
  if (text === null || text.trim() === 'null') return [];
  if (text.length > categoriesCharsMax) throw corrupt('pandas_categorical', `The line has ${text.length} characters.`);
  try {
    const lists: unknown = JSON.parse(text);
    if (Array.isArray(lists) && lists.every(Array.isArray)) return lists;
    if (lists === null) return [];
  } catch (cause) {
    throw corrupt('pandas_categorical', 'The line is not JSON.', cause);
  }
  throw corrupt('pandas_categorical', 'The line is no list of lists.');
}

function isOneKind(list: readonly unknown[]): list is readonly string[] | readonly number[] {
  return list.every((value) => typeof value === 'string') || list.every((value) => typeof value === 'number');
}
