import type { Feature, OutputField } from '../../contract/index.ts';
import type { LaunchFile } from '../launch-file.generated.ts';
import type { Path } from '../source/source-node.ts';
import { didYouMean } from '../wording.ts';

/** A launch file that has passed the schema, and where to report what it contradicts itself in. */
export interface Checked {
  readonly file: LaunchFile;
  readonly features: ReadonlyMap<string, Feature>;
  readonly outputs: ReadonlyMap<string, OutputField>;
  /** The name that was probably meant, out of those allowed. */
  readonly suggest: (word: string, allowed: readonly string[]) => string | null;
  /** Takes the field at fault, one sentence with the value, and what to do. */
  readonly report: (path: Path, message: string, hint: string, more?: ReportMore) => void;
}

interface ReportMore {
  readonly suggestion?: string | null;
  /** Whether the name of the field is at fault or, as mostly, its value. */
  readonly at?: 'name' | 'value';
}

/** Reports a name that stands for nothing. `what` says what it should name: "a feature". */
export function checkNamed(
  checked: Checked,
  path: Path,
  name: string,
  what: string,
  allowed: readonly string[],
): boolean {
  if (allowed.includes(name)) return true;
  const near = checked.suggest(name, allowed);
  const list = allowed.length <= 12 ? allowed.join(', ') : `${allowed.slice(0, 12).join(', ')}, …`;
  const hint = near !== null ? didYouMean(near) : allowed.length === 0 ? 'There is none.' : `There are ${list}.`;
  checked.report(path, `${JSON.stringify(name)} is not ${what} of this file.`, hint, { suggestion: near });
  return false;
}

/** Fields that come with every record: features, unit and context. */
export function recordFields(checked: Checked): readonly string[] {
  const { file, features } = checked;
  return [...features.keys(), ...(file.unit === undefined ? [] : [file.unit]), ...(file.context ?? [])];
}

/** A maximum below a minimum leaves no value at all. */
export function checkRange(
  checked: Checked,
  path: Path,
  bounds: {
    readonly minimum: number | null;
    readonly maximum: number | null;
    readonly exclusiveMinimum?: number | null;
    readonly exclusiveMaximum?: number | null;
  },
): void {
  const lows = [
    ['minimum', bounds.minimum, false],
    ['exclusiveMinimum', bounds.exclusiveMinimum ?? null, true],
  ] as const;
  const highs = [
    ['maximum', bounds.maximum, false],
    ['exclusiveMaximum', bounds.exclusiveMaximum ?? null, true],
  ] as const;
  for (const [lowName, low, lowOpen] of lows) {
    for (const [highName, high, highOpen] of highs) {
      if (low === null || high === null || low < high || (low === high && !lowOpen && !highOpen)) continue;
      const message = `${high} leaves no value, since ${lowName} is ${low}.`;
      checked.report([...path, highName], message, `Raise ${highName} or lower ${lowName}.`);
    }
  }
}
