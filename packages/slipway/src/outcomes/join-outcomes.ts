import type { OutcomeRule } from '@slipway/core';
import { sqlText } from '../prediction-log/log-engine.ts';
import { isSampled } from '../prediction-log/policy.ts';
import { queryLog } from '../prediction-log/read-log.ts';
import { demandModelInLog } from './models-in-log.ts';
import { listOutcomeFiles, outcomeColumns } from './outcome-files.ts';

export interface JoinOptions extends OutcomeRule {
  /** Where outcomes are kept. */
  readonly folder: string;
  /** Where the prediction log is. */
  readonly log: string;
  readonly model: string;
  /** ISO 8601, UTC: only predictions from then on. */
  readonly since?: string;
  /** Only predictions before. */
  readonly until?: string;
  /** The newest predictions with their outcomes; null: all. */
  readonly limit: number | null;
}

/**
 * How many; the words of `joinOutcomes` in core, whose outcomes without a prediction are here in three parts. Those are
 * of any time.
 */
export interface OutcomeCounts {
  readonly joined: number;
  readonly duplicates: number;
  readonly late: number;
  /** The log would have it. */
  readonly withoutPrediction: number;
  /** They name a prediction that the sampling of the log left out. */
  readonly notSampled: number;
  /** They name a unit, and the log keeps only a part of the predictions: it may have been left out, or never made. */
  readonly perhapsNotSampled: number;
  readonly withoutOutcome: number;
}

export interface JoinedLog {
  readonly counts: OutcomeCounts;
  /** The smallest share of the model's predictions that was kept; under 1 the log is sampled. */
  readonly share: number;
  readonly rows: readonly PredictionOutcome[];
}

export interface PredictionOutcome {
  readonly predictionId: string;
  readonly version: string;
  readonly variant: string;
  /** As the log has it. */
  readonly unit: string | null;
  readonly predictedAt: string;
  readonly occurredAt: string | null;
  readonly observedAt: string;
  readonly late: boolean;
  /** The prediction stands for 1 / share. */
  readonly share: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly outcome: Readonly<Record<string, unknown>>;
}

/**
 * Joins the outcomes with the predictions of a model, by the rules of `joinOutcomes` in core. Raises LOG_NOT_FOUND, also
 * where the log has no prediction of the model, and LOG_CORRUPT.
 */
export async function joinWithLog(options: JoinOptions): Promise<JoinedLog> {
  const files = await listOutcomeFiles(options.folder);
  const share = await demandModelInLog(options.log, options.model);
  const base = joinQuery(options, files);
  const ask = async (query: string) => (await queryLog(options.log, `${base} ${query}`, files)).rows;
  const [counted = []] = await ask(countsQuery);
  const [joined = 0, duplicates = 0, late = 0, byId = 0, byUnit = 0, withoutOutcome = 0] = counted.map(Number);
  const notSampled = share < 1 && byId > 0 ? leftOut(await ask(missingQuery)) : 0;
  const perhapsNotSampled = share < 1 ? byUnit : 0;
  const withoutPrediction = byId + byUnit - notSampled - perhapsNotSampled;
  const counts = { joined, duplicates, late, withoutPrediction, notSampled, perhapsNotSampled, withoutOutcome };
  const limit = options.limit === null ? '' : `LIMIT ${options.limit}`;
  return { counts, share, rows: (await ask(`${rowsQuery} ${limit}`)).map(rowOf) };
}

/** How many of the ids, each with the share that was kept when it was made, sampling left out. */
function leftOut(missing: readonly (readonly unknown[])[]): number {
  return missing.filter(([id, share]) => share !== null && !isSampled(String(id), Number(share))).length;
}

/** The tables `outcome` (all that may be the model's, in their order), `prediction`, `belongs` and `first`. */
function joinQuery({ model, since, until, horizonMs, windowMs }: JoinOptions, files: readonly string[]): string {
  const shape = Object.entries(outcomeColumns).map(([name, type]) => `NULL::${type} AS "${name}"`);
  const stored =
    files.length === 0
      ? `(SELECT ${shape.join(', ')} WHERE false)`
      : `read_parquet([${files.map(sqlText).join(', ')}], hive_partitioning = false)`;
  const spans = [
    ...(since === undefined ? [] : [`predicted_ms >= ${Date.parse(since)}`]),
    ...(until === undefined ? [] : [`predicted_ms < ${Date.parse(until)}`]),
  ];
  return `WITH outcome AS (
      SELECT *, epoch_ms(occurred_at) AS occurred_ms, epoch_ms(observed_at) AS observed_ms,
        row_number() OVER (ORDER BY imported_at, import_id, "row") AS place
      FROM ${stored} WHERE coalesce(model, ${sqlText(model)}) = ${sqlText(model)}),
    prediction AS (
      SELECT id, version, variant, unit, outputs, coalesce(share, 1) AS share, epoch_ms(predicted_at) AS predicted_ms
      FROM predictions
      WHERE model = ${sqlText(model)} QUALIFY row_number() OVER (PARTITION BY id ORDER BY predicted_at) = 1),
    asked AS (SELECT * FROM prediction WHERE ${spans.length === 0 ? 'true' : spans.join(' AND ')}),
    moment AS (SELECT unit, predicted_ms, max(id) AS id FROM prediction WHERE unit IS NOT NULL GROUP BY ALL),
    form AS (
      SELECT place, occurred_ms, unnest([unit, unit_hash]) AS unit FROM outcome WHERE prediction_id IS NULL),
    by_unit AS (
      SELECT place, any_value(f.occurred_ms) AS occurred_ms, max({ predicted_ms: m.predicted_ms, id: m.id }) AS last
      FROM form f ASOF JOIN moment m ON f.unit = m.unit AND f.occurred_ms >= m.predicted_ms GROUP BY place),
    chosen AS (
      SELECT place, prediction_id AS id FROM outcome WHERE prediction_id IS NOT NULL
      UNION ALL
      SELECT place, last.id FROM by_unit WHERE occurred_ms - last.predicted_ms <= ${horizonMs}),
    belongs AS (SELECT place, id FROM chosen SEMI JOIN prediction USING (id)),
    -- An outcome that names no model may be of another one.
    elsewhere AS (
      SELECT place FROM outcome SEMI JOIN predictions p
      ON outcome.model IS NULL AND p.id = outcome.prediction_id AND p.model <> ${sqlText(model)}),
    missing AS (
      SELECT place, prediction_id FROM outcome
      WHERE place NOT IN (SELECT place FROM belongs) AND place NOT IN (SELECT place FROM elsewhere)),
    kept AS (
      SELECT a.*, o.* EXCLUDE (model, unit), o.observed_ms - a.predicted_ms > ${windowMs} AS late
      FROM belongs b JOIN asked a USING (id) JOIN outcome o USING (place)),
    first AS (
      SELECT * FROM kept QUALIFY row_number() OVER (PARTITION BY id ORDER BY observed_ms DESC, place DESC) = 1)`;
}

const countsQuery = `SELECT (SELECT count(*) FROM first), (SELECT count(*) FROM kept) - (SELECT count(*) FROM first),
  (SELECT count(*) FROM first WHERE late), (SELECT count(prediction_id) FROM missing),
  (SELECT count(*) - count(prediction_id) FROM missing), (SELECT count(*) FROM asked) - (SELECT count(*) FROM first)`;

/**
 * Ids that the log does not have, and the share that it kept on their day: a version 7 UUID says when it was made. Of
 * another id, and of a day that the log knows nothing of, it is the smallest share of all.
 */
const missingQuery = `, day AS (
    SELECT predicted_ms // 86400000 AS day, min(share) AS share FROM prediction GROUP BY ALL),
  made AS (
    SELECT prediction_id AS id, CASE WHEN regexp_matches(prediction_id, '^[0-9a-f]{8}-[0-9a-f]{4}-7')
      THEN ('0x' || left(replace(prediction_id, '-', ''), 12))::BIGINT // 86400000 END AS day
    FROM missing WHERE prediction_id IS NOT NULL)
  SELECT id, coalesce(share, (SELECT min(share) FROM day)) FROM made LEFT JOIN day USING (day)`;

const rowsQuery = `SELECT id, version, variant, unit, predicted_ms, occurred_ms, observed_ms, late, share, outputs, outcome
  FROM first ORDER BY predicted_ms DESC, id DESC`;

function rowOf(row: readonly unknown[]): PredictionOutcome {
  const [id, version, variant, unit, predicted, occurred, observed, late, share, outputs, outcome] = row;
  return {
    predictionId: String(id),
    version: String(version),
    variant: String(variant),
    unit: unit === null ? null : String(unit),
    predictedAt: instant(predicted),
    occurredAt: occurred === null ? null : instant(occurred),
    observedAt: instant(observed),
    late: late === true,
    share: Number(share),
    outputs: JSON.parse(String(outputs)),
    outcome: JSON.parse(String(outcome)),
  };
}

function instant(ms: unknown): string {
  return new Date(Number(ms)).toISOString();
}
