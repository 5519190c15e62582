import { fail, nearest } from '@slipway/core';
import { sqlText } from '../prediction-log/log-engine.ts';
import type { OutcomeColumns, OutcomeSource } from './import-outcomes.ts';

/** Why a row is no outcome. */
export type RefusalReason =
  | 'no prediction id, and no unit with a time'
  | 'no model'
  | 'a time that cannot be read'
  | 'no value'
  | 'a number in a list that JSON does not have'
  | 'a unit that was erased';

/** The columns of a file in their parts; null where the file has none. */
export interface OutcomePlan {
  readonly predictionId: string | null;
  readonly unit: string | null;
  readonly at: string | null;
  readonly observedAt: string | null;
  readonly model: string | null;
  readonly values: readonly string[];
}

/** Raises OUTCOMES_INVALID where the columns of a file cannot say what happened, and to which prediction. */
export function planOutcomes(
  names: readonly string[],
  columns: OutcomeColumns,
  model: string | null,
  path: string,
): OutcomePlan {
  const find = (asked: string | undefined, usual: string): string | null => {
    if (asked !== undefined) return demand(asked, names, path);
    return names.includes(usual) ? usual : null;
  };
  const keys = {
    predictionId: find(columns.predictionId, 'prediction_id'),
    unit: find(columns.unit, 'unit'),
    at: find(columns.at, 'at'),
    observedAt: find(columns.observedAt, 'observed_at'),
    model: find(undefined, 'model'),
  };
  if (keys.predictionId === null && (keys.unit === null || keys.at === null)) {
    refuse(path, 'There is no column `prediction_id`, and no unit with a time.', names);
  }
  if (keys.predictionId === null && keys.model === null && model === null) {
    refuse(
      path,
      'An outcome of a unit says of which model: there is no column `model`, and no model was named.',
      names,
    );
  }
  const others = names.filter((name) => !Object.values(keys).includes(name));
  const values = columns.values?.map((name) => demand(name, names, path)) ?? others;
  if (values.length === 0) refuse(path, 'There is no column that says what happened.', names);
  return { ...keys, values };
}

function demand(name: string, names: readonly string[], path: string): string {
  if (names.includes(name)) return name;
  const meant = nearest(name, names);
  const hint = meant === null ? `It has ${names.join(', ')}.` : `Did you mean ${JSON.stringify(meant)}?`;
  throw fail('OUTCOMES_INVALID', { message: `There is no column ${JSON.stringify(name)}.`, where: path, hint });
}

function refuse(path: string, message: string, names: readonly string[]): never {
  throw fail('OUTCOMES_INVALID', { message: `${message} The file has ${names.join(', ')}.`, where: path });
}

/** The rows of a file; `texts` are read as they are written, so that 007 stays 007. */
export function readQuery({ path, format }: OutcomeSource, texts: readonly string[]): string {
  if (format === 'parquet') return `read_parquet(${sqlText(path)})`;
  if (format === 'ndjson') return `read_json(${sqlText(path)}, format = 'newline_delimited', sample_size = -1)`;
  const types = texts.map((name) => `${sqlText(name)}: 'VARCHAR'`);
  const typed = types.length === 0 ? '' : `, types = {${types.join(', ')}}`;
  return `read_csv(${sqlText(path)}, header = true, delim = ',', quote = '"', sample_size = -1${typed})`;
}

/**
 * Rows as outcomes: `row`, `prediction_id`, `model`, `unit`, `occurred_at`, `observed_at`, `outcome` and `refusal`. `types`
 * are those of the columns.
 */
export function outcomeRowsQuery(
  plan: OutcomePlan,
  source: OutcomeSource,
  model: string | null,
  types: ReadonlyMap<string, string>,
): string {
  const { predictionId, unit, at, observedAt, values } = plan;
  const texts = [predictionId, unit, at, observedAt, plan.model].flatMap((name) => (name === null ? [] : [name]));
  const shownValue = (name: string) => finite(name, types.get(name) ?? '');
  const object = values.map((name) => `${sqlName(name)} := ${shownValue(name)}`).join(', ');
  const anyValue = values.map((name) => `${shownValue(name)} IS NOT NULL`).join(' OR ');
  const rows = `SELECT row_number() OVER () AS "row",
    ${textOf(predictionId)} AS prediction_id, ${textOf(unit)} AS unit,
    coalesce(${textOf(plan.model)}, ${model === null ? 'NULL' : sqlText(model)}) AS model,
    ${textOf(at)} AS at_text, ${textOf(observedAt)} AS observed_text,
    CASE WHEN ${anyValue} THEN to_json(struct_pack(${object})) END AS outcome,
    ${hasNoJson(values, types)} AS has_no_json
    FROM ${readQuery(source, texts)}`;
  return `SELECT "row", prediction_id, unit, model, outcome,
    ${timeOf('at_text')} AS occurred_at, ${timeOf('observed_text')} AS observed_at,
    CASE
      WHEN ${isNoTime('at_text')} OR ${isNoTime('observed_text')} THEN ${reason('a time that cannot be read')}
      WHEN prediction_id IS NULL AND (unit IS NULL OR at_text IS NULL) THEN ${reason('no prediction id, and no unit with a time')}
      WHEN prediction_id IS NULL AND model IS NULL THEN ${reason('no model')}
      WHEN outcome IS NULL THEN ${reason('no value')}
      WHEN has_no_json THEN ${reason('a number in a list that JSON does not have')}
    END AS refusal FROM (${rows})`;
}

/** A value; JSON has neither NaN nor infinities, so that these are none. */
function finite(name: string, type: string): string {
  const column = sqlName(name);
  return type === 'DOUBLE' || type === 'FLOAT' ? `CASE WHEN isfinite(${column}) THEN ${column} END` : column;
}

/** Whether a list or an object has such a number in it. */
function hasNoJson(values: readonly string[], types: ReadonlyMap<string, string>): string {
  const nested = values.filter((name) => /(DOUBLE|FLOAT).*[\])]/.test(types.get(name) ?? ''));
  if (nested.length === 0) return 'false';
  const found = nested.map(
    (name) => `regexp_matches(to_json(${sqlName(name)})::VARCHAR, '[\\[,:]-?(NaN|Infinity)[\\],}]')`,
  );
  return `coalesce(${found.join(' OR ')}, false)`;
}

function reason(text: RefusalReason): string {
  return sqlText(text);
}

function textOf(column: string | null): string {
  return column === null ? 'NULL::VARCHAR' : `nullif(trim(${sqlName(column)}::VARCHAR), '')`;
}

function timeOf(text: string): string {
  return `epoch_ms(epoch_ms(${zoned(text)}))`;
}

function isNoTime(text: string): string {
  return `(${text} IS NOT NULL AND ${zoned(text)} IS NULL)`;
}

/** The plain type would pass over an offset. A time without one is UTC; this type wants seconds where a zone follows. */
function zoned(text: string): string {
  return `try_cast(regexp_replace(${text}, '^(\\d+-\\d+-\\d+[T ]\\d+:\\d+)([^:\\d]|$)', '\\1:00\\2') AS TIMESTAMPTZ)`;
}

function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
