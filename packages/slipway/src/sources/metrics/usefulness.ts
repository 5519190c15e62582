import type { ClassificationMetrics } from './classification-metrics.ts';

type Judged = Pick<ClassificationMetrics, 'rows' | 'baseRate' | 'auc' | 'logLoss'>;

/** Log loss of a model that gives every row the same score, the share of class 1. */
export function logLossWithoutFeatures(baseRate: number): number {
  return -(baseRate * Math.log(baseRate) + (1 - baseRate) * Math.log(1 - baseRate));
}

/** Why a model is no better than none, in sentences for people; empty where it is. */
export function uselessnessOf(metrics: Judged): readonly string[] {
  const { auc, logLoss, baseRate } = metrics;
  const blind = logLossWithoutFeatures(baseRate);
  const warnings: string[] = [];
  if (logLoss >= blind) {
    warnings.push(
      `The scores are no better than giving every row the same one: log loss ${logLoss.toFixed(4)}, without any feature ${blind.toFixed(4)}.`,
    );
  }
  const reach = reachOfGuessing(metrics);
  if (auc < 0.5 + reach) {
    warnings.push(
      `The order of the scores cannot be told from guessing: on this many rows guessing reaches an AUC of ${(0.5 + reach).toFixed(4)}, and the model has ${auc.toFixed(4)}.`,
    );
  }
  return warnings;
}

/**
 * How far from 0.5 the AUC of guesses lies in 95 of 100 holdouts: 1.96 standard deviations of the Mann-Whitney
 * statistic where both classes have the same scores, (n + 1) / (12 ones zeros). Ties would only make it smaller.
 */
function reachOfGuessing({ rows, baseRate }: Judged): number {
  const ones = rows * baseRate;
  return 1.96 * Math.sqrt((rows + 1) / (12 * ones * (rows - ones)));
}
