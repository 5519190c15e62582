import type { TreesStep } from '../../ir/program.ts';
import type { TreeEnsemble } from '../../ir/tree-ensemble.ts';
import { orderUnits } from './of-sums.ts';
import { at, type Bound, type Rows, unitOf } from './rows.ts';

/**
 * Trees behind values that may differ: a row goes both ways at each question whose threshold lies within the bound, and
 * a target may differ by what the leaves that are reached differ by, tree for tree.
 */
export function boundsOfTrees(step: TreesStep, rows: Rows): Bound[] {
  const { ensemble, inputs } = step;
  const { targets, aggregate } = ensemble;
  const bounds = inputs.map((lane) => rows.bound(lane));
  if (bounds.every((bound) => bound === null)) return Array.from({ length: targets }, () => null);
  const values = inputs.map((lane) => rows.value(lane));
  const found = Array.from({ length: targets }, () => new Float64Array(rows.count));
  const walk = new Walk(
    ensemble,
    (input, row) => values[input][row],
    (input, row) => at(bounds[input], row),
  );
  for (let row = 0; row < rows.count; row++) {
    for (const root of ensemble.roots) {
      const leaves = walk.leavesOf(root, row);
      if (leaves.length < 2) continue;
      found.forEach((bound, target) => {
        const spread = spreadOf(ensemble, leaves, target);
        bound[row] = aggregate === 'sum' ? bound[row] + spread : Math.max(bound[row], spread);
      });
    }
  }
  const unit = unitOf(ensemble.precision);
  found.forEach((bound, target) => {
    const sum = rows.value({ value: step.out, column: target });
    const rounding = orderUnits(ensemble.roots.length) * unit;
    // Sums of other leaves round at other places.
    bound.forEach((spread, row) => {
      if (spread > 0) bound[row] = spread + rounding * (Math.abs(sum[row]) + spread);
    });
  });
  return found;
}

/** Leaves beyond which a tree's spread is that of all its leaves. */
const leavesMax = 64;

class Walk {
  private readonly ensemble: TreeEnsemble;
  private readonly value: (input: number, row: number) => number;
  private readonly bound: (input: number, row: number) => number;

  constructor(
    ensemble: TreeEnsemble,
    value: (input: number, row: number) => number,
    bound: (input: number, row: number) => number,
  ) {
    this.ensemble = ensemble;
    this.value = value;
    this.bound = bound;
  }

  /** The leaves that a row may reach from `root`; all of the ensemble's where they are too many to follow. */
  leavesOf(root: number, row: number): readonly number[] {
    const { nodes } = this.ensemble;
    const leaves = new Set<number>();
    const open = [root];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place < 0) leaves.add(~place);
      else {
        const { yes, no } = this.answers(place, row);
        if (yes) open.push(nodes.yes[place]);
        if (no) open.push(nodes.no[place]);
      }
      if (leaves.size + open.length > leavesMax) return this.allLeaves();
    }
    return [...leaves];
  }

  private answers(node: number, row: number): { readonly yes: boolean; readonly no: boolean } {
    const { nodes } = this.ensemble;
    const x = this.value(nodes.feature[node], row);
    const bound = this.bound(nodes.feature[node], row);
    const { members = null, cut = false } = this.ensemble.sets[nodes.set[node]] ?? {};
    const asked = members ?? [nodes.threshold[node]];
    if (Number.isNaN(x)) return { yes: nodes.missing[node] === 1, no: nodes.missing[node] === 0 };
    // A cut moves a value by less than 1.
    const near = bound > 0 && asked.some((value) => Math.abs(x - value) <= bound + (cut ? 1 : 0));
    if (near) return { yes: true, no: true };
    const yes =
      members?.includes(cut ? Math.trunc(x) : x) ?? (nodes.equal[node] === 1 ? x === asked[0] : x <= asked[0]);
    return { yes, no: !yes };
  }

  private allLeaves(): readonly number[] {
    const { leaves, targets } = this.ensemble;
    return Array.from({ length: leaves.length / targets }, (_, leaf) => leaf);
  }
}

function spreadOf({ leaves, targets }: TreeEnsemble, reached: readonly number[], target: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const leaf of reached) {
    const weight = leaves[leaf * targets + target];
    if (weight < low) low = weight;
    if (weight > high) high = weight;
  }
  return high - low;
}
