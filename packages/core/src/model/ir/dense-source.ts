import type { ColumnOperation, DenseSource, Lane, Program, Step } from './program.ts';

/** Terms up to which a sum is written out, and inputs up to which a layer is fed lane by lane. */
export const termsMax = 12;

/**
 * Where the many inputs of a layer are features, each through the same operations with constants (scalers are such), the
 * features and operations; else null. They run as a loop in front of the layer.
 */
export function fusedSource(program: Program, lanes: readonly Lane[]): DenseSource | null {
  return lanes.length <= termsMax ? null : sourceOf(program, lanes);
}

function sourceOf(program: Program, lanes: readonly Lane[]): DenseSource | null {
  const [first] = lanes;
  const step = program.steps[first.value];
  if (lanes.some((lane) => lane.value !== first.value)) return severalLoads(program, lanes);
  const pick = <T>(values: ArrayLike<T>): T[] => lanes.map(({ column }) => values[column]);
  switch (step.op) {
    case 'load':
      return { from: pick(step.from), as: step.as, operations: [] };
    case 'scale': {
      const operations: ColumnOperation[] = [
        { fn: 'subtract', values: Float64Array.from(pick(step.offset)), rounded: !step.wide },
        { fn: 'multiply', values: Float64Array.from(pick(step.factor)), rounded: true },
      ];
      return followed(sourceOf(program, pick(step.inputs)), operations);
    }
    case 'map':
      if (step.fn !== 'round' || step.precision !== 'float32') return null;
      return followed(sourceOf(program, pick(step.inputs)), [{ fn: 'round', values: null, rounded: true }]);
    case 'pair':
      return pairSource(program, step, lanes);
    default:
      return null;
  }
}

function followed(source: DenseSource | null, operations: readonly ColumnOperation[]): DenseSource | null {
  return source === null ? null : { ...source, operations: [...source.operations, ...operations] };
}

/** Features of one kind that several steps load. */
function severalLoads(program: Program, lanes: readonly Lane[]): DenseSource | null {
  const loads = lanes.map((lane) => {
    const step = program.steps[lane.value];
    return step.op === 'load' ? { as: step.as, from: step.from[lane.column] } : null;
  });
  const [first] = loads;
  if (first === undefined || first === null || loads.some((load) => load?.as !== first.as)) return null;
  return { from: loads.flatMap((load) => load?.from ?? []), as: first.as, operations: [] };
}

function pairSource(program: Program, step: Extract<Step, { op: 'pair' }>, lanes: readonly Lane[]): DenseSource | null {
  const { fn, precision } = step;
  if (fn !== 'add' && fn !== 'subtract' && fn !== 'multiply' && fn !== 'divide') return null;
  if (precision !== 'float32' && precision !== 'float64') return null;
  const values = lanes.map(({ column }) => {
    const other = program.steps[step.others[column].value];
    return other.op === 'constant' ? other.values[step.others[column].column] : null;
  });
  if (!values.every((value) => value !== null)) return null;
  const inputs = lanes.map(({ column }) => step.inputs[column]);
  const operation = { fn, values: Float64Array.from(values), rounded: precision === 'float32' };
  return followed(sourceOf(program, inputs), [operation]);
}
