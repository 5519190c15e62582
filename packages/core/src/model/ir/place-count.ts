import type { Lane, Program } from './program.ts';

/** How many places a lane can hold, which then are 0, 1, 2 and so on; null where it may hold something else. */
export function placeCountOf(program: Program, lane: Lane): number | null {
  const step = program.steps[lane.value];
  switch (step.op) {
    case 'category':
    case 'position':
      return step.keys.length + 1;
    case 'argmax':
      return step.inputs.length;
    case 'lookup':
      return countOf(step.table);
    case 'guard':
      return placeCountOf(program, step.inputs[lane.column]);
    case 'select': {
      const [yes, no] = [step.inputs[lane.column], step.others[lane.column]].map((each) => placeCountOf(program, each));
      return yes === null || no === null ? null : Math.max(yes, no);
    }
    default:
      return null;
  }
}

/** One more than the largest of whole numbers from 0 on; null where the table holds another number. */
function countOf(table: readonly number[]): number | null {
  const whole = table.every((value) => Number.isInteger(value) && value >= 0);
  return whole ? table.reduce((largest, value) => Math.max(largest, value), -1) + 1 : null;
}
