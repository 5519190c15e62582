/** What the log knows of a prediction that an outcome may belong to. */
export interface OutcomePrediction {
  readonly id: string;
  readonly model: string;
  /** As the log has it: the unit itself, or its keyed hash. */
  readonly unit: string | null;
  /** Milliseconds since 1970. */
  readonly predictedAtMs: number;
}

/** What really happened. It names a prediction, or a unit of a model and a time. */
export interface Outcome {
  readonly predictionId: string | null;
  /** Null: of any model, which only an outcome that names its prediction can be. */
  readonly model: string | null;
  /** The forms in which the log may have the unit. */
  readonly units: readonly string[];
  /** When it happened; an outcome that names its prediction need not know. */
  readonly occurredAtMs: number | null;
  /** When it was known: the later knowledge is the better one. */
  readonly observedAtMs: number;
}

export interface OutcomeRule {
  /** An outcome of a unit belongs to a prediction at most so much older than it. */
  readonly horizonMs: number;
  /** An outcome that was known later than this after its prediction is late. */
  readonly windowMs: number;
}

export interface JoinedOutcome<P extends OutcomePrediction, O extends Outcome> {
  readonly prediction: P;
  readonly outcome: O;
  readonly late: boolean;
}

/** Every outcome is joined, a duplicate, or without a prediction. */
export interface OutcomeJoin<P extends OutcomePrediction, O extends Outcome> {
  readonly joined: readonly JoinedOutcome<P, O>[];
  /** Outcomes of a prediction that has one that was observed later. */
  readonly duplicates: number;
  /** Of the joined. */
  readonly late: number;
  readonly withoutPrediction: number;
  readonly withoutOutcome: number;
}

/**
 * The prediction that an outcome belongs to, or null. An id decides alone. Else it is the unit's last prediction at or
 * before the time of the outcome, if that lies within the horizon; of two at one moment, the one with the greater id.
 */
export function predictionOfOutcome<P extends OutcomePrediction>(
  outcome: Outcome,
  predictions: readonly P[],
  { horizonMs }: Pick<OutcomeRule, 'horizonMs'>,
): P | null {
  const { predictionId, model, units, occurredAtMs } = outcome;
  if (predictionId !== null) {
    return predictions.find(({ id, model: of }) => id === predictionId && (model === null || of === model)) ?? null;
  }
  if (model === null || occurredAtMs === null) return null;
  let last: P | null = null;
  for (const prediction of predictions) {
    const { unit, predictedAtMs } = prediction;
    if (prediction.model !== model || unit === null || !units.includes(unit) || predictedAtMs > occurredAtMs) continue;
    if (last === null || isAfter(prediction, last)) last = prediction;
  }
  return last !== null && occurredAtMs - last.predictedAtMs <= horizonMs ? last : null;
}

/**
 * Joins outcomes with predictions, of which no two have one id. A prediction has one outcome: the one observed last, and
 * of those observed at one moment the last in the order given, which is the order of import.
 */
export function joinOutcomes<P extends OutcomePrediction, O extends Outcome>(
  outcomes: readonly O[],
  predictions: readonly P[],
  rule: OutcomeRule,
): OutcomeJoin<P, O> {
  const joined = new Map<string, JoinedOutcome<P, O>>();
  let duplicates = 0;
  let withoutPrediction = 0;
  for (const outcome of outcomes) {
    const prediction = predictionOfOutcome(outcome, predictions, rule);
    if (prediction === null) {
      withoutPrediction++;
      continue;
    }
    const other = joined.get(prediction.id);
    if (other !== undefined) duplicates++;
    if (other !== undefined && other.outcome.observedAtMs > outcome.observedAtMs) continue;
    const late = outcome.observedAtMs - prediction.predictedAtMs > rule.windowMs;
    joined.set(prediction.id, { prediction, outcome, late });
  }
  return {
    joined: [...joined.values()],
    duplicates,
    late: [...joined.values()].filter(({ late }) => late).length,
    withoutPrediction,
    withoutOutcome: predictions.length - joined.size,
  };
}

function isAfter(a: OutcomePrediction, b: OutcomePrediction): boolean {
  return a.predictedAtMs > b.predictedAtMs || (a.predictedAtMs === b.predictedAtMs && a.id > b.id);
}
