import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { writeTensor, writeTexts } from './encode-tensor.ts';
import type { OnnxAttribute, OnnxNode } from './types.ts';

/** Writes the fields of a NodeProto. */
export function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const name of node.inputs) writer.tag(1, WireType.LengthDelimited).string(name);
  for (const name of node.outputs) writer.tag(2, WireType.LengthDelimited).string(name);
  if (node.name !== '') writer.tag(3, WireType.LengthDelimited).string(node.name);
  writer.tag(4, WireType.LengthDelimited).string(node.opType);
  for (const [name, attribute] of node.attributes) {
    if (attribute.type === 'opaque') {
      writer.tag(5, WireType.LengthDelimited).bytes(attribute.value);
      continue;
    }
    writer.tag(5, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name);
    writeValue(writer, attribute);
    writer.join();
  }
  if (node.domain !== '') writer.tag(7, WireType.LengthDelimited).string(node.domain);
  for (const field of node.rest ?? []) writer.raw(field);
}

/** The value of an attribute and the number of its kind, which readers demand. */
function writeValue(writer: BinaryWriter, attribute: Exclude<OnnxAttribute, { type: 'opaque' }>): void {
  const kind = (number: number) => writer.tag(20, WireType.Varint).int32(number);
  switch (attribute.type) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      return void kind(1);
    case 'int':
      writer.tag(3, WireType.Varint).int64(attribute.value);
      return void kind(2);
    case 'string':
      writeTexts(writer, 4, [attribute.value]);
      return void kind(3);
    case 'tensor':
      writer.tag(5, WireType.LengthDelimited).fork();
      writeTensor(writer, attribute.value);
      writer.join();
      return void kind(4);
    case 'floats': {
      const { buffer, byteOffset, byteLength } = attribute.value;
      writer.tag(7, WireType.LengthDelimited).bytes(new Uint8Array(buffer, byteOffset, byteLength));
      return void kind(6);
    }
    case 'ints':
      writer.tag(8, WireType.LengthDelimited).fork();
      for (const value of attribute.value) writer.int64(value);
      writer.join();
      return void kind(7);
    case 'strings':
      writeTexts(writer, 9, attribute.value);
      return void kind(8);
  }
}
