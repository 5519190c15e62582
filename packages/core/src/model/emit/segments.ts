import type { CodedLinearStep, DenseStep, Lane, Program, TreesStep } from '../ir/program.ts';
import { isBlockSum } from './coded-columns.ts';
import type { LayerPlans } from './layer-plan.ts';
import type { ScalarStep } from './scalar-steps.ts';

/** A part of the program that runs over a whole block of rows before the next part does. */
export type Segment =
  | {
      readonly kind: 'scalar';
      readonly steps: ScalarStep[];
      /** Steps of blocks whose inputs this segment's loop writes. */
      readonly feeds: (TreesStep | DenseStep | CodedLinearStep)[];
    }
  | { readonly kind: 'block'; readonly step: TreesStep | DenseStep | CodedLinearStep };

/**
 * Cuts the program where columns change from one row at a time to many rows of one tree, or of one input. Ends with a scalar segment,
 * which writes the outputs.
 */
export function cutIntoSegments(
  program: Program,
  layers: LayerPlans,
  wide: ReadonlySet<number>,
): {
  segments: readonly Segment[];
  segmentOf: ReadonlyMap<number, number>;
} {
  const segments: Segment[] = [{ kind: 'scalar', steps: [], feeds: [] }];
  const segmentOf = new Map<number, number>();
  const fedByBlocks = ({ out, source }: DenseStep) => source !== null || layers.of.get(out)?.chained === true;
  const scalarTail = () => {
    const tail = segments[segments.length - 1];
    if (tail.kind === 'scalar') return tail;
    const next = { kind: 'scalar' as const, steps: [], feeds: [] };
    segments.push(next);
    return next;
  };
  for (const step of program.steps) {
    if (step.op === 'trees' || isBlockSum(step, wide) || (step.op === 'dense' && !fedByBlocks(step))) {
      feeder(segments, segmentOf, step.inputs, scalarTail).feeds.push(step);
      segments.push({ kind: 'block', step });
    } else if (step.op === 'dense') segments.push({ kind: 'block', step });
    else scalarTail().steps.push(step);
    segmentOf.set(step.out, segments.length - 1);
  }
  scalarTail();
  return { segments, segmentOf };
}

/** The last scalar segment, if it knows all inputs; else a new one. */
function feeder(
  segments: readonly Segment[],
  segmentOf: ReadonlyMap<number, number>,
  inputs: readonly Lane[],
  scalarTail: () => Extract<Segment, { kind: 'scalar' }>,
): Extract<Segment, { kind: 'scalar' }> {
  const index = segments.findLastIndex((segment) => segment.kind === 'scalar');
  const last = segments[index];
  const known = inputs.every((lane) => (segmentOf.get(lane.value) ?? 0) <= index);
  return known && last.kind === 'scalar' ? last : scalarTail();
}
