import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { type Feature, fail, type Predictor, type Value, valueFromText } from '@slipway/core';
import { refusedRowsQuery } from './copy-query.ts';
import { recordBytesMax } from './csv-input.ts';
import { type ExplainRefusal, refusalExplainer } from './explain-refusal.ts';
import type { Argument, InputPlan } from './input-plan.ts';
import type { QuarantineFile } from './quarantine-file.ts';
import { throwIfAborted } from './query-engine.ts';

export interface ParquetQuarantineRequest {
  /** Has the model registered, so that rows are refused as they were in the run. */
  readonly connection: DuckDBConnection;
  readonly input: InputPlan;
  /** Makes no events. */
  readonly predictor: Predictor;
  readonly quarantine: QuarantineFile;
  readonly signal: AbortSignal;
}

/** Reads the refused rows of a Parquet file once more, now with their place, their text and the reason. */
export async function quarantineParquet(request: ParquetQuarantineRequest): Promise<void> {
  const { connection, input, predictor, quarantine, signal } = request;
  const explain = refusalExplainer(predictor);
  const { features } = predictor.launch.input;
  const sql = features.map((feature, index) => valueSql(feature, input, index));
  const result = await connection.stream(refusedRowsQuery(input, sql));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    for (const [ordinal, row, ...values] of chunk.getRows()) {
      const record = Number(ordinal) + 1;
      const issues = explainRow(explain, features, values);
      if (issues.length === 0) throw unexplained(input.file.path, record);
      const raw = String(row);
      const isCut = raw.length > recordBytesMax;
      quarantine.add({ record, line: null, issues, raw: raw.slice(0, recordBytesMax), isCut });
    }
    throwIfAborted(signal);
  }
}

/** Text as it is; numbers and arrays as the model function is given them. */
function valueSql(feature: Feature, input: InputPlan, index: number): string {
  return feature.type === 'string' ? (input.textOf(feature.name) as string) : (input.args[index] as Argument).sql;
}

function explainRow(explain: ExplainRefusal, features: readonly Feature[], values: readonly DuckDBValue[]) {
  const record = features.map((feature, index): [string, Value] => [
    feature.name,
    featureValue(feature, values[index] ?? null),
  ]);
  return explain(Object.fromEntries(record));
}

/** What the query answers as the value that a record would have. */
function featureValue(feature: Feature, value: DuckDBValue): Value {
  if (value === null) return null;
  if (feature.type === 'boolean') return Number(value) === 1;
  if (feature.type === 'array') return valueFromText(feature, String(value));
  return feature.type === 'string' ? String(value) : Number(value);
}

function unexplained(file: string, record: number): Error {
  return fail('BATCH_ACCOUNTING', {
    message: `Row ${record} was refused, but nothing speaks against it.`,
    where: file,
  });
}
