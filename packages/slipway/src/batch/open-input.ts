import type { DuckDBConnection } from '@duckdb/node-api';
import { fail, type Launch, nearest, type Rank } from '@slipway/core';
import { csvInput } from './csv-input.ts';
import type { BatchFile } from './file-format.ts';
import type { InputPlan } from './input-plan.ts';
import { ndjsonInput } from './ndjson-input.ts';
import { ndjsonKeys } from './ndjson-keys.ts';
import { parquetInput } from './parquet-input.ts';
import { checkOutputNames } from './schema-check.ts';

export interface OpenInputRequest {
  readonly connection: DuckDBConnection;
  readonly file: BatchFile;
  readonly target: BatchFile;
  readonly launch: Launch;
  readonly rank: Rank | null;
  /** Whether events want the unit and the context beside the features. */
  readonly withEvents: boolean;
}

/** Looks at the head of the input and checks it against the contract, before any row is read. */
export async function openInput(request: OpenInputRequest): Promise<InputPlan> {
  const { file, launch, rank } = request;
  const plan = await planOf(request);
  const outputs = launch.output.fields.map((field) => field.name);
  const names = plan.columns.map((column) => column.name);
  checkOutputNames(file.path, outputs, names);
  if (rank !== null && rank.within !== null && plan.textOf(rank.within) === null) {
    const meant = nearest(rank.within, names);
    throw fail('INPUT_SCHEMA', {
      message: `The column ${JSON.stringify(rank.within)}, within which the rank orders, is missing.`,
      where: file.path,
      hint: meant === null ? 'Add the column, or pass --no-rank.' : `Did you mean ${JSON.stringify(meant)}?`,
    });
  }
  return plan;
}

async function planOf({ connection, file, target, launch, withEvents }: OpenInputRequest): Promise<InputPlan> {
  const { input, output } = launch;
  const unit = input.unit === null ? [] : [input.unit];
  const request = { file, contract: input, beside: withEvents ? [...unit, ...input.context] : [] };
  if (file.format === 'csv') return csvInput(request);
  if (file.format === 'parquet') return parquetInput(request, connection);
  const outputs = output.fields.map((field) => field.name);
  const keys = target.format === 'ndjson' ? [] : await ndjsonKeys(file, connection);
  return ndjsonInput({ ...request, outputs, keys });
}
