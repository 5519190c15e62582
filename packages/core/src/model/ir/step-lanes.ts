import type { Lane, Step } from './program.ts';

/** Every lane that a step reads, in the order in which `withLanes` replaces them. */
export function inputsOf(step: Step): readonly Lane[] {
  switch (step.op) {
    case 'load':
    case 'constant':
    case 'category':
      return [];
    case 'argmax':
      return step.votes === null ? step.inputs : [...step.inputs, ...step.votes];
    case 'pair':
      return [...step.inputs, ...step.others];
    case 'select':
      return [...step.conditions, ...step.inputs, ...step.others];
    case 'reduce':
      return step.groups.flat();
    default:
      return step.inputs;
  }
}

/** The step with every lane that it reads replaced. */
export function withLanes(step: Step, moved: (lane: Lane) => Lane): Step {
  switch (step.op) {
    case 'load':
    case 'constant':
    case 'category':
      return step;
    case 'argmax':
      return { ...step, inputs: step.inputs.map(moved), votes: step.votes?.map(moved) ?? null };
    case 'pair':
      return { ...step, inputs: step.inputs.map(moved), others: step.others.map(moved) };
    case 'select':
      return {
        ...step,
        conditions: step.conditions.map(moved),
        inputs: step.inputs.map(moved),
        others: step.others.map(moved),
      };
    case 'reduce':
      return { ...step, groups: step.groups.map((group) => group.map(moved)) };
    default:
      return { ...step, inputs: step.inputs.map(moved) };
  }
}
