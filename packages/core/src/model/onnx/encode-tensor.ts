import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { typeNumber } from './element-types.ts';
import type { OnnxTensor, TensorData } from './types.ts';

const utf8 = new TextEncoder();

/** Writes the fields of a TensorProto: numbers as raw little-endian bytes, text as UTF-8. */
export function writeTensor(writer: BinaryWriter, tensor: OnnxTensor): void {
  writer.tag(1, WireType.LengthDelimited).fork();
  for (const size of tensor.dims) writer.int64(size);
  writer.join();
  writer.tag(2, WireType.Varint).int32(typeNumber(tensor.type));
  if (tensor.name !== '') writer.tag(8, WireType.LengthDelimited).string(tensor.name);
  const { data } = tensor;
  if (isTexts(data)) writeTexts(writer, 6, data);
  else writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** A repeated `bytes` field of UTF-8 text. */
export function writeTexts(writer: BinaryWriter, field: number, texts: readonly string[]): void {
  for (const text of texts) writer.tag(field, WireType.LengthDelimited).bytes(utf8.encode(text));
}

function isTexts(data: TensorData): data is readonly string[] {
  return Array.isArray(data);
}
