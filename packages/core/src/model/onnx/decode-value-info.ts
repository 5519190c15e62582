import { typeOfNumber } from './element-types.ts';
import { onnxLimits } from './limits.ts';
import type { OnnxValueInfo } from './types.ts';
import { bytesField, damaged, integerField, readMessage, textField } from './wire.ts';

type Shape = (number | string | null)[];

/** Reads a ValueInfoProto: the name, and of a plain tensor its element type and shape. */
export function decodeValueInfo(bytes: Uint8Array, place: string): OnnxValueInfo {
  let name = '';
  let typeBytes: Uint8Array | null = null;
  readMessage(bytes, place, (reader, field, wire) => {
    if (field === 1) name = textField(reader, wire);
    else if (field === 2) typeBytes = bytesField(reader, wire);
    else return false;
    return true;
  });
  if (typeBytes === null) return { name, type: null, shape: null };
  const { number, shape } = decodeType(typeBytes);
  const type = typeOfNumber(number);
  return type === null ? { name, type, shape, otherType: typeBytes } : { name, type, shape };
}

/** TypeProto. Its kinds other than tensor (sequence, map, optional) have no element type here: number 0. */
function decodeType(bytes: Uint8Array): { number: number; shape: Shape | null } {
  let number = 0;
  let shape: Shape | null = null;
  readMessage(bytes, 'type', (reader, field, wire) => {
    if (field !== 1) return false;
    readMessage(bytesField(reader, wire), 'tensor_type', (inner, innerField, innerWire) => {
      if (innerField === 1) number = integerField(inner, innerWire);
      else if (innerField === 2) shape = decodeShape(bytesField(inner, innerWire));
      else return false;
      return true;
    });
    return true;
  });
  return { number, shape };
}

function decodeShape(bytes: Uint8Array): Shape {
  const shape: Shape = [];
  readMessage(bytes, 'shape', (reader, field, wire) => {
    if (field !== 1) return false;
    shape.push(decodeDimension(bytesField(reader, wire)));
    if (shape.length > onnxLimits.rankMax) damaged(`a shape has more than ${onnxLimits.rankMax} dimensions`);
    return true;
  });
  return shape;
}

function decodeDimension(bytes: Uint8Array): number | string | null {
  let size: number | string | null = null;
  readMessage(bytes, 'dim', (reader, field, wire) => {
    if (field === 1) size = integerField(reader, wire);
    else if (field === 2) size = textField(reader, wire);
    else return false;
    return true;
  });
  // Some writers say "unknown" with -1, 0 or an empty name.
  return size === '' || (typeof size === 'number' && size <= 0) ? null : size;
}
