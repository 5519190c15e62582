import { type CategoryStep, type Lane, type Program, type Step, withLanes } from './program.ts';
import { prune } from './prune.ts';

/** Entries of the tables of all encoders of a feature, beyond which each encoder looks the text up by itself. */
const sharedEntriesMax = 2 ** 20;

/**
 * Looks each text up once: where several encoders look one feature up in keys of their own, the place among all keys is
 * found first, and each encoder's own place is read from a table. A text is dear to look up, a place is not. Every table
 * has all keys, so that a small file of many encoders whose keys differ could ask for more memory than there is.
 */
export function fuseCategories(program: Program): Program {
  const wanted = new Map<number, Wanted[]>();
  for (const step of program.steps) {
    if (step.op !== 'category') continue;
    step.from.forEach((feature, column) => {
      const own = wanted.get(feature) ?? [];
      own.push({ step, column });
      wanted.set(feature, own);
    });
  }
  const shared = [...wanted].filter(([, lanes]) => lanes.length > 1 && entriesOf(lanes) <= sharedEntriesMax);
  if (shared.length === 0) return program;
  return prune(shared.reduce((changed, [feature, lanes]) => share(changed, feature, lanes), program));
}

interface Wanted {
  readonly step: CategoryStep;
  readonly column: number;
}

/** Entries of the tables that share a feature's keys: all keys, for each encoder. */
function entriesOf(wanted: readonly Wanted[]): number {
  const keys = new Set<string>();
  for (const { step } of wanted) {
    for (const key of step.keys) keys.add(key);
    if (keys.size * wanted.length > sharedEntriesMax) break;
  }
  return keys.size * wanted.length;
}

/** Adds the shared lookup in front, and behind each encoder's step the table that leads to its place. */
function share(program: Program, feature: number, wanted: readonly Wanted[]): Program {
  const keys = [...new Set(wanted.flatMap(({ step }) => step.keys))];
  const widths = [...program.widths];
  const add = (width: number) => widths.push(width) - 1;
  const place: Lane = { value: add(1), column: 0 };
  const steps: Step[] = [{ op: 'category', out: place.value, from: [feature], keys }];
  const own = new Map<string, Lane>();
  for (const { step, column } of wanted) {
    // The first of equal keys counts.
    const at = new Map(step.keys.map((key, index): [string, number] => [key, index]).toReversed());
    const table = [...keys.map((key) => at.get(key) ?? step.keys.length), step.keys.length];
    const out = add(1);
    steps.push({ op: 'lookup', out, inputs: [place], table });
    own.set(`${step.out} ${column}`, { value: out, column: 0 });
  }
  const moved = (lane: Lane): Lane => own.get(`${lane.value} ${lane.column}`) ?? lane;
  const outputs = program.outputs.map((output) => ({ ...output, lane: moved(output.lane) }));
  return { ...program, widths, steps: [...steps, ...program.steps.map((step) => withLanes(step, moved))], outputs };
}
