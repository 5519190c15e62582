import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { isText } from './label-encoder.ts';
import { placesAmong } from './places.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import {
  broadcast,
  type Dims,
  type NumberTensor,
  rearranged,
  type Tensor,
  type Text,
  type TextTensor,
} from './tensor.ts';

/** A value as texts: places in a table of texts become texts of their own, which join with any others. */
export function asTexts(node: OnnxNode, tensor: Tensor): TextTensor {
  if (tensor.type === 'text') return tensor;
  if (tensor.type !== 'label' || !isText(tensor)) throw refuse(node, 'it joins texts with numbers');
  const table = tensor.labels.map(String);
  const texts = tensor.lanes.map((lane): Text => ({ kind: 'coded', lane, table }));
  return { type: 'text', dims: tensor.dims, texts };
}

/** Where on texts: texts of tables stay in one table, all others are chosen when an encoder looks them up. */
export function chooseText(scope: Scope, node: OnnxNode, condition: NumberTensor, yes: Tensor, no: Tensor): Tensor {
  const { dims, orders } = broadcast(node, [condition.dims, yes.dims, no.dims]);
  const [conditions, yesOrder, noOrder] = orders;
  const lanes = conditions.map((at) => condition.lanes[at]);
  const [ours, theirs] = [rearranged(yes, dims, yesOrder), rearranged(no, dims, noOrder)];
  if (ours.type === 'label' && theirs.type === 'label') return chooseLabel(scope, dims, lanes, ours, theirs);
  const [left, right] = [asTexts(node, ours), asTexts(node, theirs)];
  const texts = lanes.map((lane, at): Text => {
    return { kind: 'choice', condition: lane, yes: left.texts[at], no: right.texts[at] };
  });
  return { type: 'text', dims, texts };
}

type Label = Extract<Tensor, { type: 'label' }>;

/** Labels, or texts that stand in tables: one table of both. */
function chooseLabel(scope: Scope, dims: Dims, conditions: readonly Lane[], yes: Label, no: Label): Tensor {
  const places = new Map(yes.labels.map((label, index) => [label, index]));
  const added: (string | number)[] = [];
  const table = no.labels.map((label) => {
    const place = places.get(label) ?? yes.labels.length + added.push(label) - 1;
    places.set(label, place);
    return place;
  });
  const labels = added.length === 0 ? yes.labels : [...yes.labels, ...added];
  const others = scope.add({ op: 'lookup', inputs: no.lanes, table }, no.lanes.length);
  const lanes = scope.add({ op: 'select', conditions, inputs: yes.lanes, others }, conditions.length);
  return { type: 'label', dims, lanes, labels };
}

/** Equal on texts, one of which is a constant: 1 where the other is that very text. */
export function equalTexts(scope: Scope, node: OnnxNode, left: Tensor, right: Tensor): Tensor {
  const { dims, orders } = broadcast(node, [left.dims, right.dims]);
  const [ours, theirs] = [rearranged(left, dims, orders[0]), rearranged(right, dims, orders[1])];
  const known = knownTexts(scope, theirs) ?? knownTexts(scope, ours);
  if (known === null) throw refuse(node, 'it compares texts none of which is a constant');
  const given = asTexts(node, knownTexts(scope, theirs) === null ? theirs : ours);
  const lanes = given.texts.flatMap((text, at) => {
    const one: TextTensor = { type: 'text', dims: [1], texts: [text] };
    return scope.add({ op: 'hot', inputs: placesAmong(scope, node, one, [known[at]]), at: [0] }, 1);
  });
  return { type: 'bool', dims, lanes };
}

/** The texts of a value that are the same for every row, or null. */
function knownTexts(scope: Scope, tensor: Tensor): readonly string[] | null {
  if (tensor.type !== 'label') return null;
  const texts = tensor.lanes.map((lane) => scope.valueOf(lane));
  return texts.every((at) => at !== null) ? texts.map((at) => String(tensor.labels[at])) : null;
}
