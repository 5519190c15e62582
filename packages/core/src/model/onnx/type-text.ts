import type { OnnxValueInfo } from './types.ts';
import { bytesField, integerField, readMessage } from './wire.ts';

/** TensorProto.DataType of the element types that no session takes. */
const rareTypes: ReadonlyMap<number, string> = new Map([
  [14, 'complex64'],
  [15, 'complex128'],
  [16, 'bfloat16'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
]);

/** The fields of TypeProto, and what each says of the value. */
const kinds: ReadonlyMap<number, string> = new Map([
  [4, 'a list (sequence)'],
  [5, 'a map'],
  [7, 'of a type of its own (opaque)'],
  [8, 'a sparse tensor'],
  [9, 'optional'],
]);

/** What a value is that no session takes or gives, for people: `a tensor of bfloat16`, `a list (sequence)`. */
export function typeText({ otherType }: OnnxValueInfo): string {
  if (otherType === undefined) return 'of no declared type';
  let text = 'of no declared type';
  readMessage(otherType, 'type', (reader, field, wire) => {
    text = kinds.get(field) ?? text;
    if (field !== 1) return false;
    const elements = { number: 0 };
    readMessage(bytesField(reader, wire), 'tensor_type', (inner, innerField, innerWire) => {
      if (innerField !== 1) return false;
      elements.number = integerField(inner, innerWire);
      return true;
    });
    text = `a tensor of ${rareTypes.get(elements.number) ?? `element type ${elements.number}`}`;
    return true;
  });
  return text;
}
