import { nearest } from '../../contract/index.ts';
import type { LaunchFile } from '../launch-file.generated.ts';
import { feature, outputField } from '../normalise-contract.ts';
import type { Problem } from '../problems.ts';
import { placeOf, type SourceNode } from '../source/source-node.ts';
import type { Checked } from './checked.ts';
import { checkFallback } from './fallback.ts';
import { checkInput } from './input.ts';
import { checkNames } from './names.ts';
import { checkOperation } from './operation.ts';
import { checkOutput } from './output.ts';
import { checkRollout } from './rollout.ts';

/** The rules between fields, which a schema cannot tell. Finds every contradiction, with its place. */
export function crossCheck(file: LaunchFile, source: SourceNode): readonly Problem[] {
  const problems: Problem[] = [];
  const checked: Checked = {
    file,
    features: new Map(Object.entries(file.input).map(([name, raw]) => [name, feature(name, raw)])),
    outputs: new Map(Object.entries(file.output).map(([name, raw]) => [name, outputField(name, raw)])),
    suggest: withinBudget(nearest),
    report: (path, message, hint, { suggestion = null, at = 'value' } = {}) => {
      problems.push({ code: 'LAUNCH_INVALID', path, at: placeOf(source, path, at), message, hint, suggestion });
    },
  };
  for (const check of checks) check(checked);
  return problems;
}

const checks: readonly ((checked: Checked) => void)[] = [
  checkNames,
  checkInput,
  checkOutput,
  checkFallback,
  checkOperation,
  checkRollout,
];

/** Hundreds of wrong names against hundreds of right ones would take minutes; the first few suggestions are enough. */
const lettersMax = 30_000_000;

type Suggest = Checked['suggest'];

function withinBudget(suggest: Suggest): Suggest {
  let letters = 0;
  return (word, allowed) => {
    letters += word.length * allowed.reduce((sum, name) => sum + name.length, 0);
    return letters > lettersMax ? null : suggest(word, allowed);
  };
}
