import type { Step } from '../../ir/program.ts';
import {
  boundsOfAbove,
  boundsOfArgmax,
  boundsOfHot,
  boundsOfImpute,
  boundsOfLookup,
  boundsOfPosition,
  boundsOfSelect,
} from './of-choices.ts';
import { boundsOfMap } from './of-functions.ts';
import { boundsOfPair, boundsOfScale } from './of-pairs.ts';
import {
  boundsOfCodedLinear,
  boundsOfDistances,
  boundsOfLinear,
  boundsOfNormalize,
  boundsOfReduce,
  boundsOfSoftmax,
} from './of-sums.ts';
import { boundsOfTrees } from './of-trees.ts';
import type { Bound, Rows } from './rows.ts';

/** A bound for each lane of the step's value. NaN and infinities are the same in both engines. */
export function boundsOf(step: Step, width: number, rows: Rows): readonly Bound[] {
  const bounds = ruleOf(step, width, rows);
  bounds.forEach((bound, column) => {
    if (bound === null) return;
    const value = rows.value({ value: step.out, column });
    for (let row = 0; row < rows.count; row++) {
      if (!Number.isFinite(value[row])) bound[row] = 0;
      else if (Number.isNaN(bound[row])) bound[row] = Number.POSITIVE_INFINITY;
    }
  });
  return bounds;
}

function ruleOf(step: Step, width: number, rows: Rows): readonly Bound[] {
  switch (step.op) {
    case 'load':
    case 'constant':
    case 'category':
      return Array.from({ length: width }, () => null);
    case 'guard':
      return step.inputs.map((lane) => rows.bound(lane));
    case 'map':
      return boundsOfMap(step, rows);
    case 'scale':
      return boundsOfScale(step, rows);
    case 'pair':
      return boundsOfPair(step, rows);
    case 'linear':
      return boundsOfLinear(step, rows);
    case 'distances':
      return boundsOfDistances(step, rows);
    case 'reduce':
      return boundsOfReduce(step, rows);
    case 'softmax':
      return boundsOfSoftmax(step, rows);
    case 'normalize':
      return boundsOfNormalize(step, rows);
    case 'trees':
      return boundsOfTrees(step, rows);
    case 'argmax':
      return boundsOfArgmax(step, rows);
    case 'above':
      return boundsOfAbove(step, rows);
    case 'hot':
      return boundsOfHot(step, rows);
    case 'position':
      return boundsOfPosition(step, rows);
    case 'impute':
      return boundsOfImpute(step, rows);
    case 'select':
      return boundsOfSelect(step, rows);
    case 'lookup':
      return boundsOfLookup(step, rows);
    case 'codedLinear':
      return boundsOfCodedLinear(step, rows);
    // Made by the emitters, behind the program that is measured.
    case 'dense':
      throw new Error('a program that is measured has no such steps');
  }
}
