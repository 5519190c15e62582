import type { OnnxNode, OnnxTensor } from '../onnx/types.ts';
import { float, floats, integer, integers, strings, tensor, text } from './attributes.ts';
import { type Key, placesAmong, uniqueKeys } from './places.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import type { Dims, NumberType, Tensor } from './tensor.ts';

type Kind = 'string' | 'int64' | 'float32' | 'float64';

/** One side of the map of a LabelEncoder. */
interface Side {
  readonly kind: Kind;
  readonly values: readonly Key[];
}

/** What ONNX Runtime implements: by the kind of the keys, those of the values. */
const implemented: Readonly<Record<Kind, readonly Kind[]>> = {
  string: ['string', 'int64', 'float32', 'float64'],
  int64: ['string', 'int64', 'float32', 'float64'],
  float32: ['string', 'int64', 'float32'],
  float64: ['string', 'int64', 'float64'],
};

/**
 * LabelEncoder: keys to values. Of equal keys ONNX Runtime takes the first, where the text of version 4 says the last.
 * A key NaN meets NaN from version 4 on; before, nothing meets it.
 */
export function lowerLabelEncoder(scope: Scope, node: OnnxNode): void {
  const version = scope.opsets.get('ai.onnx.ml') ?? 1;
  if (version < 2) {
    lowerFirstLabelEncoder(scope, node);
    return;
  }
  const keys = sideOf(node, 'keys');
  const values = sideOf(node, 'values');
  if (keys.values.length !== values.values.length)
    throw refuse(node, `it has ${keys.values.length} keys for ${values.values.length} values`);
  if (!implemented[keys.kind].includes(values.kind))
    throw refuse(node, `it maps ${keys.kind} to ${values.kind}, which ONNX Runtime does not implement`);
  const pairs = keys.values.flatMap((key, entry): [Key, Key][] => {
    return version < 4 && Number.isNaN(key) ? [] : [[key, values.values[entry]]];
  });
  const from = { kind: keys.kind, values: pairs.map(([key]) => key) };
  mapped(
    scope,
    node,
    from,
    { kind: values.kind, values: pairs.map(([, value]) => value) },
    'first',
    defaultOf(node, values.kind),
  );
}

/** Version 1: texts to their places in `classes_strings`, or places to texts. Of equal texts the last counts. */
function lowerFirstLabelEncoder(scope: Scope, node: OnnxNode): void {
  const classes = strings(node, 'classes_strings') ?? [];
  const texts: Side = { kind: 'string', values: classes };
  const places: Side = { kind: 'int64', values: classes.map((_, place) => place) };
  if (isText(scope.input(node))) mapped(scope, node, texts, places, 'last', defaultOf(node, 'int64'));
  else mapped(scope, node, places, texts, 'last', defaultOf(node, 'string'));
}

/** CategoryMapper: texts to integers or back; of equal keys ONNX Runtime takes the last. */
export function lowerCategoryMapper(scope: Scope, node: OnnxNode): void {
  const texts: Side = { kind: 'string', values: strings(node, 'cats_strings') ?? [] };
  const numbers: Side = { kind: 'int64', values: integers(node, 'cats_int64s') ?? [] };
  if (texts.values.length !== numbers.values.length) throw refuse(node, 'its two lists differ in length');
  if (isText(scope.input(node))) mapped(scope, node, texts, numbers, 'last', defaultOf(node, 'int64'));
  else mapped(scope, node, numbers, texts, 'last', defaultOf(node, 'string'));
}

function mapped(scope: Scope, node: OnnxNode, from: Side, to: Side, counts: 'first' | 'last', otherwise: Key): void {
  const tensor = scope.input(node);
  refuseOtherKind(node, tensor, from.kind);
  const { keys, entries } = uniqueKeys(from.values, counts);
  const places = placesAmong(scope, node, tensor, keys);
  const table = [...entries.map((entry) => to.values[entry]), otherwise];
  scope.output(node, 0, valuesAt(scope, tensor.dims, places, to.kind, table));
}

/** Texts stay places in their table, numbers are looked up. */
function valuesAt(
  scope: Scope,
  dims: Dims,
  places: ReturnType<typeof placesAmong>,
  kind: Kind,
  table: readonly Key[],
): Tensor {
  if (kind === 'string') return { type: 'label', dims, lanes: places, labels: table };
  const lanes = scope.add({ op: 'lookup', inputs: places, table: table.map(Number) }, places.length);
  return { type: kind satisfies NumberType, dims, lanes };
}

/** Whether the value's elements are texts: labels of a classifier may also be numbers. */
export function isText(value: Tensor): boolean {
  return value.type === 'text' || (value.type === 'label' && value.labels.every((label) => typeof label === 'string'));
}

function refuseOtherKind(node: OnnxNode, value: Tensor, kind: Kind): void {
  const found = isText(value) ? 'string' : value.type === 'label' ? 'int64' : value.type;
  if (found !== kind) throw refuse(node, `its keys are ${kind}, its input is ${found}`);
}

const lists = [
  ['strings', 'string', strings],
  ['int64s', 'int64', integers],
  ['floats', 'float32', floats],
] as const;

/** One side of the map, from whichever of its attributes is there. */
function sideOf(node: OnnxNode, prefix: 'keys' | 'values'): Side {
  const found: Side[] = lists.flatMap(([suffix, kind, read]) => {
    const values = read(node, `${prefix}_${suffix}`);
    return values === null || values.length === 0 ? [] : [{ kind, values: Array.from(values as ArrayLike<Key>) }];
  });
  const stored = tensor(node, `${prefix}_tensor`);
  if (stored !== null) found.push({ kind: kindOf(node, stored), values: valuesOf(node, stored) });
  const [side, ...others] = found;
  if (side === undefined || others.length > 0) throw refuse(node, `it has ${found.length} lists of ${prefix}`);
  return side;
}

function defaultOf(node: OnnxNode, kind: Kind): Key {
  const stored = tensor(node, 'default_tensor');
  if (stored !== null) {
    const [value] = valuesOf(node, stored);
    if (kindOf(node, stored) !== kind || value === undefined) throw refuse(node, 'its default is of another type');
    return value;
  }
  switch (kind) {
    case 'string':
      return text(node, 'default_string', '_Unused');
    case 'int64':
      return integer(node, 'default_int64', -1);
    case 'float32':
      return float(node, 'default_float', -0);
    case 'float64':
      return -0;
  }
}

function kindOf(node: OnnxNode, { type }: OnnxTensor): Kind {
  if (type === 'string' || type === 'int64' || type === 'float32' || type === 'float64') return type;
  throw refuse(node, `it maps values of type ${type}`);
}

function valuesOf(node: OnnxNode, { data }: OnnxTensor): readonly Key[] {
  return Array.from(data as ArrayLike<Key | bigint>, (value) => {
    if (typeof value !== 'bigint') return value;
    if (!Number.isSafeInteger(Number(value))) throw refuse(node, `it holds ${value}, beyond 2^53`);
    return Number(value);
  });
}
