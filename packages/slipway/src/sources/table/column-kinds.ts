import { sqlName } from './sql-text.ts';

/** What the values of a column are, all of them. `empty` has none, `text` is anything else. */
export type ColumnKind = 'number' | 'integer' | 'boolean' | 'text' | 'empty';

export interface ColumnSummary {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Rows with a value. */
  readonly filled: number;
  /** Of those, rows whose value is a decimal number. */
  readonly numeric: number;
  readonly distinct: number;
}

/** The same grammar of numbers as the contract reads from text; NaN and Infinity are none. */
const decimal = String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`;
const whole = '[+-]?[0-9]{1,15}';

/** The value of a column as trimmed text, or NULL where there is none. */
export function valueSql(name: string): string {
  return `nullif(trim(${sqlName(name)}), '')`;
}

/** True where the value is a number. */
export function isNumberSql(name: string): string {
  return `regexp_full_match(${valueSql(name)}, '${decimal}')`;
}

/** The value as float64, NaN where there is none. True is 1 and false 0. */
export function numberSql(name: string, kind: ColumnKind): string {
  const value = valueSql(name);
  const number = kind === 'boolean' ? `(lower(${value}) = 'true')::INTEGER` : value;
  return `coalesce(${number}::DOUBLE, 'nan'::DOUBLE)`;
}

/** Five aggregates a column, in the order that `summariseColumns` reads. */
export function summarySql(names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const value = valueSql(name);
      return [
        `count(${value})`,
        `count(*) FILTER (${isNumberSql(name)})`,
        `count(*) FILTER (regexp_full_match(${value}, '${whole}'))`,
        `count(*) FILTER (lower(${value}) IN ('true', 'false'))`,
        `count(DISTINCT ${value})`,
      ];
    })
    .join(', ');
}

export function summariseColumns(names: readonly string[], counts: readonly number[]): ColumnSummary[] {
  return names.map((name, index) => {
    const [filled, numeric, integers, truths, distinct] = counts.slice(index * 5, index * 5 + 5);
    return { name, kind: kindOf(filled, numeric, integers, truths), filled, numeric, distinct };
  });
}

function kindOf(filled: number, numeric: number, integers: number, truths: number): ColumnKind {
  if (filled === 0) return 'empty';
  if (truths === filled) return 'boolean';
  if (integers === filled) return 'integer';
  return numeric === filled ? 'number' : 'text';
}
