import type { Vector } from '@duckdb/node-bindings';
import { type ColumnInput, type Columns, type Feature, type Value, valueFromText, widthOf } from '@slipway/core';
import type { Argument } from './input-plan.ts';
import { quoteText } from './sql-text.ts';
import { doublesOf, integersOf, presentOf, textsOf } from './vectors.ts';

/** A named argument of the model function, and how its vector becomes a column again. */
export interface FeatureArgument extends Argument {
  readonly name: string;
  read(vector: Vector, rows: number): ColumnInput;
}

/** More categories than these travel as text: the enum that DuckDB would build costs more than it saves. */
const categoriesMax = 1000;

/** A number: NULL is missing, NaN is a value that no contract accepts. */
export function numberArgument(name: string, sql: string): FeatureArgument {
  return {
    name,
    sql,
    type: 'DOUBLE',
    read: (vector, rows) => ({
      kind: 'number',
      values: doublesOf(vector, rows),
      width: 1,
      present: presentOf(vector, rows),
    }),
  };
}

/** A text of a closed set travels as its place in the set, since a text a row would cost more than the model. */
export function textArgument(feature: Feature, sql: string): FeatureArgument {
  const categories = feature.enum;
  if (categories === null || categories.length > categoriesMax) {
    return { name: feature.name, sql, type: 'VARCHAR', read: textsOf };
  }
  const places = new Map(categories.map((category, place) => [category, place]));
  const type = `ENUM(${[...places.keys()].map(quoteText).join(', ')})`;
  const known = [...places.keys()];
  const unknown = textOutside(places);
  // Whether the empty text is a missing one is for the contract to say.
  const blank = places.has('') ? '' : `WHEN ${sql} = '' THEN -2 `;
  return {
    name: feature.name,
    sql: `CASE WHEN ${sql} IS NULL THEN NULL ${blank}ELSE coalesce(enum_code(TRY_CAST(${sql} AS ${type}))::INTEGER, -1) END`,
    type: 'INTEGER',
    read(vector, rows) {
      const present = presentOf(vector, rows);
      const codes = integersOf(vector, rows);
      return Array.from(codes, (code, row) => {
        if (present !== null && present[row] === 0) return null;
        if (code === -2) return '';
        return code === -1 ? unknown : (known[code] as string);
      });
    },
  };
}

/** An array travels as its JSON text. */
export function arrayArgument(feature: Feature, sql: string): FeatureArgument {
  return {
    name: feature.name,
    sql,
    type: 'VARCHAR',
    read: (vector, rows) =>
      arrayValues(
        feature,
        textsOf(vector, rows).map((text) => valueFromText(feature, text)),
      ),
  };
}

/** Fields that only events carry, as text; those that the input does not have are left out. */
export function besideArguments(
  names: readonly string[],
  textOf: (name: string) => string | null,
): readonly FeatureArgument[] {
  return names.flatMap((name) => {
    const sql = textOf(name);
    return sql === null ? [] : [{ name, sql, type: 'VARCHAR' as const, read: textsOf }];
  });
}

/** Columns by name from the vectors of the arguments. */
export function columnsReader(args: readonly FeatureArgument[]): (vectors: readonly Vector[], rows: number) => Columns {
  return (vectors, rows) => {
    const columns: Record<string, ColumnInput> = Object.create(null);
    args.forEach((arg, index) => {
      columns[arg.name] = arg.read(vectors[index] as Vector, rows);
    });
    return columns;
  };
}

/** Arrays as one flat column: a value that is no array of the right shape becomes NaN, which refuses its row. */
export function arrayValues(feature: Feature, values: readonly Value[]): ColumnInput {
  const width = widthOf(feature);
  const flat = new Float64Array(values.length * width).fill(Number.NaN);
  const present = new Uint8Array(values.length).fill(1);
  values.forEach((value, row) => {
    if (value === null) present[row] = 0;
    else if (hasShape(value, feature.shape ?? []))
      flat.set((value as number[]).flat(Infinity) as number[], row * width);
  });
  return { kind: 'number', values: flat, width, present };
}

function hasShape(value: Value, shape: readonly number[]): boolean {
  const [size, ...inner] = shape;
  if (size === undefined) return typeof value === 'number';
  return Array.isArray(value) && value.length === size && value.every((part) => hasShape(part, inner));
}

/** A text that is in none of the categories, to stand for any such. */
function textOutside(categories: ReadonlyMap<string, number>): string {
  let text = '?';
  while (categories.has(text)) text += '?';
  return text;
}
