import { type Lane, type Program, type Step, withLanes } from './program.ts';

/**
 * Computes equal things once: of lanes that are made alike of the same lanes, all that follows reads the first. Two
 * encoders that look one column up in the same keys, or two branches that scale it alike, are the usual case.
 */
export function fuseEqualSteps(program: Program): Program {
  const first = new Map<string, Lane>();
  const same = new Map<string, Lane>();
  const moved = (lane: Lane): Lane => same.get(nameOf(lane)) ?? lane;
  const steps = program.steps.map((given) => {
    const step = withLanes(given, moved);
    laneKeys(step)?.forEach((key, column) => {
      const lane = { value: step.out, column };
      const known = first.get(key);
      if (known === undefined) first.set(key, lane);
      else same.set(nameOf(lane), known);
    });
    return step;
  });
  const outputs = program.outputs.map((output) => ({ ...output, lane: moved(output.lane) }));
  return { ...program, steps, outputs };
}

function nameOf({ value, column }: Lane): string {
  return `${value} ${column}`;
}

/** For each lane of the step a text that says how it is made; null for steps whose lanes hang together. */
function laneKeys(step: Step): string[] | null {
  switch (step.op) {
    case 'load':
      return step.from.map(({ feature, offset }) => `load ${step.as} ${feature} ${offset}`);
    case 'category': {
      const keys = JSON.stringify(step.keys);
      return step.from.map((feature) => `category ${feature} ${keys}`);
    }
    case 'position': {
      const keys = step.keys.map(numberName).join();
      return step.inputs.map((lane) => `position ${nameOf(lane)} ${keys}`);
    }
    case 'lookup': {
      const table = step.table.map(numberName).join();
      return step.inputs.map((lane) => `lookup ${nameOf(lane)} ${table}`);
    }
    case 'map':
      return step.inputs.map((lane) => `map ${step.fn} ${step.precision} ${nameOf(lane)}`);
    case 'hot':
      return step.inputs.map((lane, column) => `hot ${step.at[column]} ${nameOf(lane)}`);
    case 'impute':
      return step.inputs.map((lane, column) => {
        return `impute ${numberName(step.replaced)} ${numberName(step.by[column])} ${nameOf(lane)}`;
      });
    case 'scale':
      return step.inputs.map((lane, column) => {
        const numbers = [step.offset[column], step.factor[column]].map(numberName).join();
        return `scale ${step.wide} ${numbers} ${nameOf(lane)}`;
      });
    default:
      return null;
  }
}

function numberName(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
