import { type ColumnInput, type Columns, unitText, type Value } from '../contract/index.ts';
import type { Launch } from '../launch/index.ts';
import type { PredictionEvent, PredictionEvents, PredictionSource } from '../protocol/index.ts';
import type { ColumnPredictions, Prediction } from './types.ts';

/** The fields of a record that an event shows. Those that the launch file redacts are left out. */
export interface EventFields {
  readonly unit: string | null;
  readonly context: readonly string[];
  readonly inputs: readonly string[];
  /** Of the inputs those that are true or false: typed columns hold them as 1 and 0. */
  readonly booleans: ReadonlySet<string>;
}

export function eventFields({ input, monitoring }: Launch): EventFields {
  const shown = (name: string) => !monitoring?.redact.includes(name);
  return {
    unit: input.unit !== null && shown(input.unit) ? input.unit : null,
    context: input.context.filter(shown),
    inputs: input.features.map((feature) => feature.name).filter(shown),
    booleans: new Set(input.features.filter((feature) => feature.type === 'boolean').map((feature) => feature.name)),
  };
}

/** What the events of one call have in common. */
export interface EventFrame {
  readonly fields: EventFields;
  readonly variant: string;
  readonly source: PredictionSource;
  readonly atMs: number;
  readonly latencyMs: number | null;
}

/** The event of one prediction. */
export function recordEvent(
  frame: EventFrame,
  record: Readonly<Record<string, unknown>>,
  prediction: Prediction,
): PredictionEvent {
  const { unit, context, inputs } = frame.fields;
  return {
    kind: 'prediction',
    id: prediction.predictionId,
    at: new Date(frame.atMs).toISOString(),
    model: prediction.model,
    version: prediction.version,
    variant: frame.variant,
    unit: unit === null ? null : unitText(record[unit]),
    context: pick(record, context),
    inputs: pick(record, inputs),
    outputs: prediction.outputs,
    latency_ms: frame.latencyMs,
    fallback: prediction.fallback,
    source: frame.source,
  };
}

/** Events of the rows that were scored, read out of the columns only when a sink asks. */
export function columnEvents(
  frame: EventFrame,
  columns: Columns,
  predictions: ColumnPredictions,
  outputsOf: (row: number) => Readonly<Record<string, Value>>,
): PredictionEvents {
  const refused = new Set(predictions.refused);
  const scored = Array.from({ length: predictions.rows }, (_, row) => row).filter((row) => !refused.has(row));
  return {
    count: scored.length,
    event(index) {
      const row = scored[index] as number;
      const values = Object.entries(columns).map(([name, column]) => {
        const value = columnValue(column, row, predictions.rows);
        return [name, frame.fields.booleans.has(name) && value !== null ? Boolean(value) : value];
      });
      const record = Object.fromEntries(values);
      return recordEvent(frame, record, {
        outputs: outputsOf(row),
        thresholds: {},
        predictionId: predictions.predictionId(row),
        model: predictions.model,
        version: predictions.version,
        fallback: null,
        fault: null,
      });
    },
  };
}

/** The value at one row of a caller's column of `rows` rows; null where it is missing, flat where it is an array. */
function columnValue(column: ColumnInput, row: number, rows: number): Value {
  const isOurs = 'kind' in column;
  if (isOurs && column.kind === 'number' && column.present?.[row] === 0) return null;
  const values = isOurs ? column.values : column;
  const width = values.length / rows;
  if (!(width > 1)) return values[row] ?? null;
  return Array.from(values.slice(row * width, (row + 1) * width), (value) => value ?? null);
}

function pick(record: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, Value> {
  const picked: Record<string, Value> = {};
  for (const name of names)
    picked[name] = (Object.hasOwn(record, name) ? (record[name] as Value | undefined) : null) ?? null;
  return picked;
}
