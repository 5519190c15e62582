import { isAbsolute, relative } from 'node:path';
import { labelledLines } from '../lines.ts';
import type { Style } from '../style.ts';

export interface NextSteps {
  /** Folder of the launch file, and the names of the files in it. */
  readonly out: string;
  readonly files: readonly string[];
  /** What was filled in by guess. */
  readonly toReview: readonly string[];
  /** Names for `slipway batch`, relative to the folder. */
  readonly toScore: string;
  readonly scored: string;
}

/** The files, what to look at, and the next commands. `cwd` is where the user will type them. */
export function nextText({ out, files, toReview, toScore, scored }: NextSteps, cwd: string, style: Style): string {
  const folder = shown(out, cwd);
  const written = files.map((file) => `  ${folder === '' ? '' : `${folder}/`}${file}\n`).join('');
  const go = folder === '' ? '' : `  cd ${shellWord(folder)}\n`;
  return (
    `${style.bold('Written')}\n${written}\n` +
    `${style.bold('Review in launch.yaml')}, filled in by guess: ${toReview.join(', ')}\n\n` +
    `${style.bold('Try next')}\n${go}` +
    labelledLines([
      ['slipway inspect', 'what is in the model, and which engine serves it'],
      ['slipway check', 'are the eight facts documented, and true?'],
      [`slipway batch ${shellWord(toScore)} ${scored}`, 'score a file'],
      ['slipway serve', 'the same model over HTTP'],
    ])
  );
}

/** A path as a shell takes it: in quotes where it has more than plain characters. */
function shellWord(path: string): string {
  return /^[\w./~+:@%-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function shown(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}
