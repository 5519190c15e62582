import type { RawStep } from '../launch-file.generated.ts';
import { share } from '../quantities.ts';
import type { Path } from '../source/source-node.ts';
import type { Checked } from './checked.ts';

/** The way out goes up step by step, and the way back leads to another version. */
export function checkRollout(checked: Checked): void {
  const { rollback, rollout, version } = checked.file;
  if (rollback?.to === version) {
    checked.report(
      ['rollback', 'to'],
      `${version} is this version itself.`,
      'Write previous, or the number of another version.',
    );
  }
  for (const [index, step] of (rollout?.steps ?? []).entries()) checkStep(checked, ['rollout', 'steps', index], step);
}

function checkStep(checked: Checked, path: Path, step: RawStep): void {
  if (step.kind === 'canary') checkWeights(checked, [...path, 'weights'], step.weights);
  if (step.kind === 'ab' && share(step.share) === 1) {
    checked.report([...path, 'share'], '100% leaves nobody to compare with.', 'Write a share below 100%, such as 50%.');
  }
}

function checkWeights(checked: Checked, path: Path, weights: readonly (string | number)[]): void {
  for (let index = 1; index < weights.length; index += 1) {
    const weight = weights[index] as string | number;
    const before = weights[index - 1] as string | number;
    if (share(weight) > share(before)) continue;
    const message = `${weight} is not above the weight before it, ${before}.`;
    checked.report([...path, index], message, 'Order the weights from small to large.');
  }
}
