import type { Predictor } from '@slipway/core';
import { markQuery } from './copy-query.ts';
import type { InputPlan, Reading } from './input-plan.ts';
import { registerModel } from './model-function.ts';
import { outputColumns } from './output-columns.ts';
import type { QuarantineFile } from './quarantine-file.ts';
import { quarantineParquet } from './quarantine-parquet.ts';
import { quarantineText } from './quarantine-text.ts';
import { openQueryEngine, type QueryEngine } from './query-engine.ts';
import { RowMarks } from './row-marks.ts';

export interface QuarantineRequest {
  readonly input: InputPlan;
  /** How the run read it; the second look drops the same rows, but keeps their order. */
  readonly reading: Reading;
  /** Makes no events: the rows have made theirs. */
  readonly predictor: Predictor;
  readonly quarantine: QuarantineFile;
  readonly spillFolder: string;
  readonly memoryBytes: number;
  /** Rows that never reached the model. */
  readonly dropped: number;
  readonly signal: AbortSignal;
}

/**
 * Puts the rows that were not scored into the quarantine. A run reads in parallel and only counts them, so that a
 * clean file pays nothing; here the file is read once more, in order, to find them.
 */
export async function quarantineRows(request: QuarantineRequest): Promise<void> {
  const { quarantine, spillFolder, memoryBytes } = request;
  const engine = await openQueryEngine({ threads: 1, memoryBytes }, spillFolder);
  try {
    await quarantineFrom(engine, request);
  } finally {
    engine.close();
    quarantine.close();
  }
}

async function quarantineFrom(engine: QueryEngine, request: QuarantineRequest): Promise<void> {
  const { input, reading, predictor, quarantine, dropped, signal } = request;
  const { launch, session } = predictor;
  const outputs = outputColumns(launch.output, session.binding.outputs, 'parquet');
  const refused = new RowMarks();
  registerModel(engine.connection, {
    predictor,
    input,
    outputs,
    onScored: (predictions) => refused.append(predictions.rows, predictions.refused),
  });
  const { file } = input;
  if (file.format === 'parquet') {
    await quarantineParquet({ connection: engine.connection, input, predictor, quarantine, signal });
    return;
  }
  await engine.run(markQuery(input, reading === 'parallel' ? 'in-order' : reading), signal);
  const names = launch.output.fields.map((field) => field.name);
  await quarantineText({
    file: { ...file, format: file.format },
    input,
    predictor,
    outputs: names,
    refused,
    dropped,
    quarantine,
    signal,
  });
}
