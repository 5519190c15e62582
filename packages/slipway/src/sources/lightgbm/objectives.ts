import type { Answer } from '../import/boosted-model.ts';
import { corrupt, unsupported } from '../import/document.ts';

const numbers = (kind: 'identity' | 'exp' | 'softplus' | 'signed_square'): Answer => ({
  kind: 'numbers',
  link: { kind },
});

/** Objectives whose sums are the answer, or its signed root where the file says `sqrt`. */
const plain: ReadonlySet<string> = new Set([
  'regression',
  'regression_l1',
  'huber',
  'fair',
  'quantile',
  'mape',
  'lambdarank',
  'rank_xendcg',
]);
const exponential: ReadonlySet<string> = new Set(['poisson', 'gamma', 'tweedie']);

/**
 * What LightGBM makes of the sums, by the line `objective=` of the file, such as `binary sigmoid:1`. Null, where the
 * model was trained with a function of the user's own, leaves the sums as they are, as the library does.
 */
export function answerOf(objective: string | null, classes: number): Answer {
  const [name = '', ...settings] = (objective ?? 'custom').split(' ');
  const sigmoid = () => {
    const slope = Number(settings.find((setting) => setting.startsWith('sigmoid:'))?.slice('sigmoid:'.length) ?? 1);
    if (Number.isFinite(slope) && slope > 0) return slope;
    throw corrupt('objective', `The sigmoid of ${JSON.stringify(objective?.slice(0, 80))} is no number above zero.`);
  };
  if (name === 'custom' || name === 'none') return numbers('identity');
  if (plain.has(name)) return numbers(settings.includes('sqrt') ? 'signed_square' : 'identity');
  if (exponential.has(name)) return numbers('exp');
  if (name === 'cross_entropy_lambda') return numbers('softplus');
  if (name === 'cross_entropy') return { kind: 'numbers', link: { kind: 'logistic', slope: 1 } };
  if (name === 'binary' && classes === 1) return { kind: 'binary', slope: sigmoid() };
  if (name === 'multiclass' && classes > 1) return { kind: 'classes', form: 'softmax' };
  if (name === 'multiclassova' && classes > 1) return { kind: 'classes', form: 'logistic', slope: sigmoid() };
  throw unsupported(
    'objective',
    `The objective ${JSON.stringify(objective?.slice(0, 80))} with ${classes} tree(s) an iteration is not known here, so neither is what becomes of its sums.`,
    `Known are ${[...plain, ...exponential].join(', ')}, binary, multiclass, multiclassova, cross_entropy and cross_entropy_lambda.`,
  );
}
