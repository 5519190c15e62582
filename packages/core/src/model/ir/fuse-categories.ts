import { type CategoryStep, type Lane, type Program, type Step, withLanes } from './program.ts';
import { prune } from './prune.ts';

/**
 * Looks each text up once: where several encoders look one feature up in keys of their own, the place among all keys is
 * found first, and each encoder's own place is read from a table. A text is dear to look up, a place is not.
 */
export function fuseCategories(program: Program): Program {
  const wanted = new Map<number, Wanted[]>();
  for (const step of program.steps) {
    if (step.op !== 'category') continue;
    step.from.forEach((feature, column) => {
      wanted.set(feature, [...(wanted.get(feature) ?? []), { step, column }]);
    });
  }
  const shared = [...wanted].filter(([, lanes]) => lanes.length > 1);
  if (shared.length === 0) return program;
  return prune(shared.reduce((changed, [feature, lanes]) => share(changed, feature, lanes), program));
}

interface Wanted {
  readonly step: CategoryStep;
  readonly column: number;
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
