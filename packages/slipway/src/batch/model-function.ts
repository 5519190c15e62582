import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  FLOAT,
  INTEGER,
  STRUCT,
  VARCHAR,
} from '@duckdb/node-api';
import duckdb, { type DataChunk, type Vector } from '@duckdb/node-bindings';
import { assert, type ColumnPredictions, isPromise, type Predictor } from '@slipway/core';
import { modelFunction } from './copy-query.ts';
import type { InputPlan } from './input-plan.ts';
import type { OutputColumn } from './output-columns.ts';
import { releaseArrays, setNulls } from './vectors.ts';

export interface ModelFunctionOptions {
  readonly predictor: Predictor;
  readonly input: InputPlan;
  readonly outputs: readonly OutputColumn[];
  /** Sees each part that was scored, before the arrays behind it are used again. Parts come in no order, unless one thread reads. */
  readonly onScored: (predictions: ColumnPredictions) => void;
}

/** What a failed query left behind. */
export interface ModelFunction {
  /** The first error that the model raised, where the query engine only knows its text. */
  readonly error: () => unknown;
}

const types: Readonly<Record<string, DuckDBType>> = { FLOAT, DOUBLE, BOOLEAN, VARCHAR, INTEGER };

/**
 * Makes the model a function of the query engine: whole vectors go in and out, about 2,048 rows a call, each call on
 * the main thread. Its result is a STRUCT, NULL for a refused row.
 */
export function registerModel(connection: DuckDBConnection, options: ModelFunctionOptions): ModelFunction {
  const { input, outputs } = options;
  const entries = outputs.flatMap((output) => output.entries);
  const scalar = new DuckDBScalarFunction();
  scalar.setName(modelFunction);
  for (const arg of input.args) scalar.addParameter(typeOf(arg.type));
  scalar.setReturnType(STRUCT(Object.fromEntries(entries.map(({ name, type }) => [name, typeOf(type)]))));
  // Volatile, or the engine might call it twice for a row, or once for two rows that look the same.
  scalar.setVolatile();
  // Called for NULL arguments too: whether a missing value is refused is for the contract to say.
  scalar.setSpecialHandling();
  let error: unknown;
  duckdb.scalar_function_set_function(scalar.scalar_function, (_info, chunk, result) => {
    try {
      score(options, chunk, result);
    } catch (thrown) {
      error ??= thrown;
      throw thrown;
    } finally {
      releaseArrays();
    }
  });
  connection.registerScalarFunction(scalar);
  return { error: () => error };
}

function score({ predictor, input, outputs, onScored }: ModelFunctionOptions, chunk: DataChunk, result: Vector): void {
  const rows = duckdb.data_chunk_get_size(chunk);
  const vectors = input.args.map((_, index) => duckdb.data_chunk_get_vector(chunk, index));
  const predictions = predictor.columns(input.readColumns(vectors, rows), { source: 'batch' });
  assert(!isPromise(predictions), 'the model of a batch run answers without promises');
  let entry = 0;
  outputs.forEach((output, index) => {
    const targets = output.entries.map(() => duckdb.struct_vector_get_child(result, entry++));
    const field = predictions.fields[index];
    assert(field !== undefined, 'predictions have one field an output');
    output.fill(field, rows, targets);
  });
  setNulls(result, rows, predictions.refused);
  onScored(predictions);
}

function typeOf(name: string): DuckDBType {
  const type = types[name];
  assert(type !== undefined, `${name} is a type of the model function`);
  return type;
}
