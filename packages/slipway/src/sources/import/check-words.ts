import { fail, isSlipwayError, parseLaunch, writeLaunch } from '@slipway/core';
import { problemOf } from '../training/check-names.ts';
import { launchFiles } from '../training/draft-launch.ts';
import { draftImport, type ImportWords } from './draft-import.ts';

/**
 * Refuses words that a launch file cannot hold before anything is read, in terms of what was asked for: there is no
 * launch file yet to point into. Raises USAGE.
 */
export function checkWords(words: ImportWords): void {
  const output = { prediction: { type: 'number', from: 'prediction' } } as const;
  const parts = { features: [], outputs: output, digest: `sha256:${'0'.repeat(64)}`, golden: false, reference: false };
  const draft = draftImport({ words, ...parts, fallback: false });
  try {
    parseLaunch(writeLaunch({ ...draft, input: { feature: { type: 'number' } } }), launchFiles.launch);
  } catch (thrown) {
    if (!isSlipwayError(thrown)) throw thrown;
    const { field, message, hint } = problemOf(thrown);
    const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
    throw fail('USAGE', { message: sentence, where: optionOf(field), hint, cause: thrown });
  }
}

function optionOf(field: string): string {
  if (field === 'model') return '--name';
  if (field === 'version') return '--model-version';
  return field.includes('contact') ? '--contact' : '--owner';
}
