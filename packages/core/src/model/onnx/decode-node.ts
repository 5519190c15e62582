import { tooLarge } from './damage.ts';
import { decodeTensor } from './decode-tensor.ts';
import { onnxLimits } from './limits.ts';
import { visitAttribute } from './nested-parts.ts';
import { NumberList } from './number-list.ts';
import type { OnnxAttribute, OnnxNode } from './types.ts';
import { bigintField, bytesField, damaged, floatField, integerField, readMessage, textField, textOf } from './wire.ts';

const noAttributes: ReadonlyMap<string, OnnxAttribute> = new Map();
const noText = new Uint8Array(0);

/** Reads a NodeProto. The domain `ai.onnx` is another name of the default domain ''. */
export function decodeNode(bytes: Uint8Array, place: string): OnnxNode {
  const node = { name: '', opType: '', domain: '' };
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Uint8Array[] = [];
  const rest = readMessage(bytes, place, (reader, field, wire) => {
    if (field === 1) inputs.push(textField(reader, wire));
    else if (field === 2) outputs.push(textField(reader, wire));
    else if (field === 3) node.name = textField(reader, wire);
    else if (field === 4) node.opType = textField(reader, wire);
    else if (field === 5) attributes.push(bytesField(reader, wire));
    else if (field === 6) bytesField(reader, wire);
    else if (field === 7) node.domain = textField(reader, wire);
    else return false;
    return true;
  });
  if (node.opType === '') damaged(`${place} has no operator`);
  const domain = node.domain === 'ai.onnx' ? '' : node.domain;
  const where = node.name === '' ? place : node.name;
  const parts = { ...node, domain, inputs, outputs, attributes: decodeAttributes(attributes, where) };
  return rest.length === 0 ? parts : { ...parts, rest };
}

function decodeAttributes(list: readonly Uint8Array[], where: string): ReadonlyMap<string, OnnxAttribute> {
  if (list.length === 0) return noAttributes;
  if (list.length > onnxLimits.attributesMax) throw tooLarge(`A node has ${list.length} attributes.`, where);
  const attributes = new Map<string, OnnxAttribute>();
  for (const bytes of list) {
    const { name, attribute } = decodeAttribute(bytes);
    if (name === '' || attributes.has(name)) damaged(`an attribute of ${where} has no name, or one that is taken`);
    attributes.set(name, attribute);
  }
  return attributes;
}

/** AttributeProto.AttributeType; other numbers are of attributes that only ONNX Runtime reads. */
const kinds = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

function decodeAttribute(bytes: Uint8Array): { name: string; attribute: OnnxAttribute } {
  const found = { name: '', kind: 0, float: 0, int: 0n, reference: false };
  let text: Uint8Array | null = null;
  let tensor: Uint8Array | null = null;
  const floats = new NumberList('float');
  const ints = new NumberList('varint64');
  const strings: (string | null)[] = [];
  let seen = 0;
  readMessage(bytes, 'attribute', (reader, field, wire) => {
    if (field === 1) found.name = textField(reader, wire);
    else if (field === 2) found.float = floatField(reader, wire);
    else if (field === 3) found.int = bigintField(reader, wire);
    else if (field === 4) text = bytesField(reader, wire);
    else if (field === 5) tensor = bytesField(reader, wire);
    else if (field === 7) floats.read(reader, wire);
    else if (field === 8) ints.read(reader, wire);
    else if (field === 9) strings.push(textOf(bytesField(reader, wire)));
    else if (field === 20) found.kind = integerField(reader, wire);
    else if (field === 21) found.reference = bytesField(reader, wire).length > 0;
    else return false;
    seen = kindOfField.get(field) ?? seen;
    return true;
  });
  // The first version of ONNX had no kind: then the field that is there tells it.
  const kind = found.kind === 0 ? seen : found.kind;
  const values = { ...found, kind, text: text ?? noText, tensor, floats, ints, strings };
  const attribute = attributeOf(values);
  if (attribute !== null) return { name: found.name, attribute };
  visitAttribute(bytes, ignore);
  return { name: found.name, attribute: { type: 'opaque', kind, value: bytes } };
}

const ignore = (): void => {};

const kindOfField: ReadonlyMap<number, number> = new Map([
  [2, kinds.float],
  [3, kinds.int],
  [4, kinds.string],
  [5, kinds.tensor],
  [7, kinds.floats],
  [8, kinds.ints],
  [9, kinds.strings],
]);

interface AttributeFields {
  readonly kind: number;
  readonly reference: boolean;
  readonly float: number;
  readonly int: bigint;
  readonly text: Uint8Array;
  readonly tensor: Uint8Array | null;
  readonly floats: NumberList;
  readonly ints: NumberList;
  readonly strings: readonly (string | null)[];
}

/** Null where Slipway doesn't read the attribute: it is kept as bytes then. */
function attributeOf(fields: AttributeFields): OnnxAttribute | null {
  if (fields.reference) return null;
  switch (fields.kind) {
    case kinds.float:
      return { type: 'float', value: fields.float };
    case kinds.int:
      return { type: 'int', value: fields.int };
    case kinds.string: {
      const value = textOf(fields.text);
      return value === null ? null : { type: 'string', value };
    }
    case kinds.tensor: {
      const decoded = fields.tensor === null ? null : decodeTensor(fields.tensor, 'tensor');
      return decoded?.kind === 'tensor' ? { type: 'tensor', value: decoded.tensor } : null;
    }
    case kinds.floats:
      return { type: 'floats', value: new Float32Array(fields.floats.take()) };
    case kinds.ints:
      return { type: 'ints', value: new BigInt64Array(fields.ints.take()) };
    case kinds.strings:
      return fields.strings.every(isText) ? { type: 'strings', value: fields.strings } : null;
    default:
      return null;
  }
}

function isText(text: string | null): text is string {
  return text !== null;
}
