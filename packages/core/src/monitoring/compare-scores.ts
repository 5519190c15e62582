import { chiSquareSurvival } from '../statistics/index.ts';
import { jensenShannonDistance, joinSparseBins, populationStability, smoothedShares } from './divergence.ts';
import type { ScoreCounts, ScoreProfile } from './score-profile.ts';
import type { FieldProfile, Reference } from './types.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** When scores count as drifted. The defaults are those of `driftRule`. */
export interface DriftRule {
  /** The difference matters from this population stability index on: the first key. */
  readonly psiMaterial: number;
  /** Chance of a false alarm of one comparison, shared among its scores: the second key. */
  readonly alpha: number;
  /** Fewer rows, here or in the reference, decide nothing. */
  readonly rowsMin: number;
}

/** PSI of 0.1 is where the usual reading of it changes from "stable" to "moderate change". */
export const driftRule: DriftRule = { psiMaterial: 0.1, alpha: 0.01, rowsMin: 500 };

/** How one score differs from its reference, with the numbers that decided. */
export interface ScoreDrift {
  readonly name: string;
  readonly verdict: Verdict;
  /** One sentence: why. */
  readonly reason: string;
  readonly rows: number;
  readonly referenceRows: number;
  /** Null where nothing could be compared. */
  readonly psi: number | null;
  /** Jensen-Shannon distance to base 2, 0 to 1: a second view, never the judge. */
  readonly jsDistance: number | null;
  /** PSI / (1/N + 1/M), chi-squared with `degrees` degrees of freedom where nothing has drifted. */
  readonly statistic: number | null;
  /** Bins that were compared, less one. */
  readonly degrees: number | null;
  readonly pValue: number | null;
  readonly material: boolean;
  readonly significant: boolean;
}

export interface DriftVerdict {
  /** The worst of its scores: fail before inconclusive before pass. */
  readonly verdict: Verdict;
  readonly rule: DriftRule;
  readonly scores: readonly ScoreDrift[];
}

/**
 * Compares the scores that were counted with the reference. A score has drifted when the difference is material (PSI)
 * and significant. Where nothing has drifted, PSI / (1/N + 1/M) over B bins, of N reference and M current rows, is
 * nearly chi-squared with B - 1 degrees of freedom (B. Yurdakul, Statistical Properties of Population Stability
 * Index, 2018); with d scores each is judged at alpha / d. Rows are taken as independent of each other. The rule is
 * for one look at one window, not for looking again and again at a growing one.
 */
export function compareScores(
  reference: Reference,
  profile: Pick<ScoreProfile, 'counts'>,
  rule: DriftRule = driftRule,
): DriftVerdict {
  const counted = new Map(profile.counts().map((counts) => [counts.name, counts]));
  const alphaEach = rule.alpha / Math.max(1, reference.scores.length);
  const scores = reference.scores.map((before) => compareScore(before, counted.get(before.name), rule, alphaEach));
  const worst = (['fail', 'inconclusive'] as const).find((verdict) =>
    scores.some((score) => score.verdict === verdict),
  );
  return { verdict: worst ?? (scores.length === 0 ? 'inconclusive' : 'pass'), rule, scores };
}

const expectedMin = 5;

function compareScore(
  before: FieldProfile,
  counted: ScoreCounts | undefined,
  rule: DriftRule,
  alpha: number,
): ScoreDrift {
  const rows = counted?.count ?? 0;
  const known = { name: before.name, rows, referenceRows: before.count };
  const few = tooFew(known, rule);
  if (counted === undefined || few !== null) return undecided(known, few ?? 'The score was not counted.');
  const bins = joinSparseBins(binCounts(before), counted.counts, expectedMin);
  const degrees = bins.reference.length - 1;
  if (degrees === 0) return undecided(known, 'The reference has too little spread for more than one bin.');
  const p = smoothedShares(bins.reference);
  const q = smoothedShares(bins.current);
  const psi = populationStability(p, q);
  const statistic = psi / (1 / known.referenceRows + 1 / rows);
  const pValue = chiSquareSurvival(statistic, degrees);
  const keys = { material: psi >= rule.psiMaterial, significant: pValue < alpha };
  const numbers = { psi, jsDistance: jensenShannonDistance(p, q), statistic, degrees, pValue };
  return { ...known, ...judge(keys, psi, pValue, rule, alpha), ...numbers, ...keys };
}

function judge(
  keys: { material: boolean; significant: boolean },
  psi: number,
  pValue: number,
  rule: DriftRule,
  alpha: number,
): { verdict: Verdict; reason: string } {
  const size = `PSI ${psi.toPrecision(3)} is ${keys.material ? 'at least' : 'under'} ${rule.psiMaterial}`;
  if (!keys.material) return { verdict: 'pass', reason: `${size}: no material difference.` };
  const chance = `p ${pValue.toPrecision(2)} is ${keys.significant ? 'under' : 'at least'} ${alpha.toPrecision(2)}`;
  if (keys.significant) return { verdict: 'fail', reason: `${size} and ${chance}: material and significant.` };
  return { verdict: 'inconclusive', reason: `${size}, but ${chance}: it may be chance.` };
}

function tooFew(known: { rows: number; referenceRows: number }, rule: DriftRule): string | null {
  if (known.rows < rule.rowsMin) {
    const rows = known.rows === 1 ? '1 row is' : `${known.rows} rows are`;
    return `${rows} fewer than the ${rule.rowsMin} that a verdict needs.`;
  }
  if (known.referenceRows >= rule.rowsMin) return null;
  return `The reference has ${known.referenceRows} rows, fewer than the ${rule.rowsMin} that a verdict needs.`;
}

function undecided(known: { name: string; rows: number; referenceRows: number }, reason: string): ScoreDrift {
  const numbers = { psi: null, jsDistance: null, statistic: null, degrees: null, pValue: null };
  return { ...known, verdict: 'inconclusive', reason, ...numbers, material: false, significant: false };
}

function binCounts(profile: FieldProfile): readonly number[] {
  if (profile.kind === 'number') return profile.counts;
  return [...profile.categories.map((category) => category.count), profile.other];
}
