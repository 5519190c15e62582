import type { Columns, ReadColumns } from '../contract/index.ts';
import { fail } from '../errors/index.ts';
import type { PredictionSource } from '../protocol/index.ts';
import { columnEvents } from './events.ts';
import { laneRow } from './make-prediction.ts';
import { chain, type MaybePromise } from './maybe-promise.ts';
import { runAccepted } from './run-accepted.ts';
import type { IsolatedRun } from './run-isolated.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { ColumnPredictions, PredictOptions } from './types.ts';

/** Predicts typed columns. */
export function predictColumns(
  core: ScoringCore,
  columns: Columns,
  { source = 'library', strict = false, limits, plain = false }: PredictOptions = {},
): MaybePromise<ColumnPredictions> {
  const read = core.readColumns(columns);
  if (read.rows === 0) return noPredictions(core);
  if (strict && read.refused.length > 0) throw strictRefusal(read);
  return chain(
    () => runAccepted(core, read, limits),
    (run) => finish(core, columns, read, run, { source: plain ? null : source, strict }),
    (thrown) => {
      throw thrown;
    },
  );
}

function finish(
  core: ScoringCore,
  columns: Columns,
  read: ReadColumns,
  run: IsolatedRun,
  { source, strict }: { readonly source: PredictionSource | null; readonly strict: boolean },
): ColumnPredictions {
  const faults = run.faults;
  const fields = core.columnAnswers(run.values, read.rows, faults);
  for (const row of read.refused) faults.delete(row);
  if (strict) for (const [row, message] of faults) throw fail('MODEL_FAILED', { message, where: `row ${row}` });
  const ids = new Array<string | undefined>(core.sink === null ? 0 : read.rows);
  const predictions: ColumnPredictions = {
    rows: read.rows,
    fields,
    refused: faults.size === 0 ? read.refused : [...read.refused, ...faults.keys()].sort((a, b) => a - b),
    modelFaults: faults,
    predictionId: (row) => {
      ids[row] ??= core.newId();
      return ids[row];
    },
    model: core.launch.model,
    version: core.launch.version,
  };
  if (core.sink !== null && source !== null) {
    const frame = {
      fields: core.eventFields,
      variant: core.variant,
      source,
      atMs: core.clock.wallMs(),
      latencyMs: null,
    };
    const outputsOf = (row: number) => core.answers.outputs(laneRow(run.values, row));
    core.sink.write(columnEvents(frame, columns, predictions, outputsOf));
  }
  return predictions;
}

/** Of columns a bad row is known by its number only; a caller that wants to know more reads it as a record. */
function strictRefusal({ rows, refused }: ReadColumns): Error {
  const message = `${refused.length} of ${rows} rows break the input contract; the first is row ${refused[0]}.`;
  return fail('RECORD_INVALID', { message, where: `row ${refused[0]}` });
}

function noPredictions(core: ScoringCore): ColumnPredictions {
  const fields = core.launch.output.fields.map((field) => ({
    name: field.name,
    width: 1,
    values: new Float64Array(0),
  }));
  const { model, version } = core.launch;
  return { rows: 0, fields, refused: [], modelFaults: new Map(), predictionId: core.newId, model, version };
}
