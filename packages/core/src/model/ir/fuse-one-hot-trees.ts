import { placeCountOf } from './place-count.ts';
import type { Lane, Program, TreesStep } from './program.ts';
import type { TreeEnsemble, TreeNodes } from './tree-ensemble.ts';

/**
 * Lets trees ask about the category itself: whether a one-hot input is at most t is whether the place is another one,
 * for 0 <= t < 1, and known before for every other t. A column of many categories then is one input of the trees.
 */
export function fuseOneHotTrees(program: Program): Program {
  const steps = program.steps.map((step) => (step.op === 'trees' ? fused(program, step) : step));
  return { ...program, steps };
}

function fused(program: Program, step: TreesStep): TreesStep {
  const hot = step.inputs.map((lane) => hotAt(program, lane));
  if (hot.every((each) => each === null)) return step;
  const inputs: Lane[] = [];
  const places = new Map<string, number>();
  const placeOf = (lane: Lane): number => {
    const key = `${lane.value} ${lane.column}`;
    const place = places.get(key) ?? inputs.push(lane) - 1;
    places.set(key, place);
    return place;
  };
  const moved = step.inputs.map((lane, index) => placeOf(hot[index]?.lane ?? lane));
  const { nodes } = step.ensemble;
  const changed: TreeNodes = {
    ...nodes,
    feature: nodes.feature.map((feature) => moved[feature]),
    threshold: nodes.threshold.slice(),
    equal: nodes.equal.slice(),
    set: nodes.set.slice(),
    missing: nodes.missing.slice(),
    yes: nodes.yes.slice(),
    no: nodes.no.slice(),
  };
  for (let node = 0; node < nodes.count; node++) {
    const category = hot[nodes.feature[node]];
    if (category !== null) ask(changed, node, category.at, answers(step.ensemble, node));
  }
  return { ...step, inputs, ensemble: { ...step.ensemble, nodes: changed } };
}

/** What a node answers to 1 and to 0. */
function answers({ nodes, sets }: TreeEnsemble, node: number): readonly [boolean, boolean] {
  const { members } = sets[nodes.set[node]] ?? {};
  const threshold = nodes.threshold[node];
  const answer = (value: number) => {
    if (members !== undefined) return members.includes(value);
    return nodes.equal[node] === 1 ? value === threshold : value <= threshold;
  };
  return [answer(1), answer(0)];
}

/** The question of a node about a one-hot input, as one about the place; a place is never missing. */
function ask(nodes: TreeNodes, node: number, at: number, [one, zero]: readonly [boolean, boolean]): void {
  const [yes, no] = [nodes.yes[node], nodes.no[node]];
  nodes.yes[node] = one ? yes : no;
  nodes.no[node] = zero ? yes : no;
  nodes.equal[node] = 1;
  nodes.set[node] = -1;
  nodes.missing[node] = 0;
  nodes.threshold[node] = at;
}

/** What a one-hot lane asks: a place is an integer that float32 holds, so a comparison with it is exact. */
function hotAt(program: Program, lane: Lane): { readonly lane: Lane; readonly at: number } | null {
  const step = program.steps[lane.value];
  if (step.op !== 'hot') return null;
  const [place, at] = [step.inputs[lane.column], step.at[lane.column]];
  const count = placeCountOf(program, place);
  return count === null || count > 2 ** 24 ? null : { lane: place, at };
}
