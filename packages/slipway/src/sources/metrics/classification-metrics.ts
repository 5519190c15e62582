import { assert } from '@slipway/core';

/** How well scores tell the classes apart on rows that the model has not seen. */
export interface ClassificationMetrics {
  readonly rows: number;
  /** Share of class 1. */
  readonly baseRate: number;
  readonly auc: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly confusion: Confusion;
}

/** Rows by what was decided at the threshold and what really happened. */
export interface Confusion {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

export type Scores = Float32Array | Float64Array | readonly number[];
export type Labels = Uint8Array | readonly number[];

export function classificationMetrics(labels: Labels, scores: Scores, threshold: number): ClassificationMetrics {
  assert(labels.length === scores.length && labels.length > 0, 'there is one score for each label');
  return {
    rows: labels.length,
    baseRate: count(labels, (label) => label === 1) / labels.length,
    auc: areaUnderCurve(labels, scores),
    logLoss: logLoss(labels, scores),
    brier: brierScore(labels, scores),
    confusion: confusionAt(labels, scores, threshold),
  };
}

/**
 * Area under the ROC curve: the chance that a row of class 1 has a higher score than a row of class 0, ties counting
 * half. From mean ranks (Mann-Whitney U). NaN where a class is absent.
 */
export function areaUnderCurve(labels: Labels, scores: Scores): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  const ones = count(labels, (label) => label === 1);
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const meanRank = (start + 1 + end) / 2;
    for (let at = start; at < end; at++) if (labels[order[at]] === 1) rankSum += meanRank;
    start = end;
  }
  return (rankSum - (ones * (ones + 1)) / 2) / (ones * (labels.length - ones));
}

/** Mean of -ln of the probability given to what happened. Scores are kept 1e-15 away from 0 and 1, to stay finite. */
export function logLoss(labels: Labels, scores: Scores): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const score = Math.min(1 - 1e-15, Math.max(1e-15, scores[row]));
    sum -= labels[row] === 1 ? Math.log(score) : Math.log(1 - score);
  }
  return sum / labels.length;
}

/** Mean squared difference of score and label (Brier, 1950, in the form for one of two classes). */
export function brierScore(labels: Labels, scores: Scores): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) sum += (scores[row] - labels[row]) ** 2;
  return sum / labels.length;
}

/** Counts decisions `score >= threshold`, with the threshold rounded to the scores' own type as everywhere. */
export function confusionAt(labels: Labels, scores: Scores, threshold: number): Confusion {
  const at = scores instanceof Float32Array ? Math.fround(threshold) : threshold;
  const cell = (label: number, decision: boolean) =>
    count(labels, (value, row) => value === label && scores[row] >= at === decision);
  return {
    threshold,
    truePositives: cell(1, true),
    falsePositives: cell(0, true),
    trueNegatives: cell(0, false),
    falseNegatives: cell(1, false),
  };
}

function count(labels: Labels, holds: (label: number, row: number) => boolean): number {
  let found = 0;
  for (let row = 0; row < labels.length; row++) if (holds(labels[row], row)) found++;
  return found;
}
