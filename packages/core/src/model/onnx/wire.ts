import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Damage, damageIn } from './damage.ts';

export { type BinaryReader, WireType };

/**
 * Reads the field under the reader, or answers false where it doesn't know the field; then the field is skipped and its
 * bytes are kept.
 */
export type FieldVisitor = (reader: BinaryReader, field: number, wire: WireType) => boolean;

/**
 * Reads one protobuf message. Nothing here trusts a length: every sub-message and string is a view into bytes that are
 * there. Answers the fields that the visitor passed over, tag and all, as views.
 */
export function readMessage(bytes: Uint8Array, name: string, visit: FieldVisitor): Uint8Array[] {
  const reader = new BinaryReader(bytes, decodeText);
  const rest: Uint8Array[] = [];
  try {
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const [field, wire] = reader.tag();
      if (visit(reader, field, wire)) continue;
      reader.skip(wire, field);
      passOver(rest, bytes, start, reader.pos);
    }
    if (reader.pos > reader.len) throw new Damage('it ends in the middle of a field');
  } catch (thrown) {
    throw damageIn(thrown, name);
  }
  return rest;
}

/** Fields that stand side by side are kept as one view: a view takes fifty times the bytes of the smallest field. */
function passOver(rest: Uint8Array[], bytes: Uint8Array, start: number, end: number): void {
  const last = rest.at(-1);
  if (last === undefined || last.byteOffset + last.length !== bytes.byteOffset + start)
    rest.push(bytes.subarray(start, end));
  else rest[rest.length - 1] = bytes.subarray(last.byteOffset - bytes.byteOffset, end);
}

/** The bytes of a string, a sub-message or a packed list. */
export function bytesField(reader: BinaryReader, wire: WireType): Uint8Array {
  expectWire(wire, WireType.LengthDelimited);
  return reader.bytes();
}

/** Text of a name. A name that is not UTF-8 is damage. */
export function textField(reader: BinaryReader, wire: WireType): string {
  return textOf(bytesField(reader, wire)) ?? damaged('a name is not UTF-8 text');
}

/** An integer that a number holds exactly. */
export function integerField(reader: BinaryReader, wire: WireType): number {
  const value = Number(bigintField(reader, wire));
  return Number.isSafeInteger(value) ? value : damaged(`the integer ${value} is out of range`);
}

export function bigintField(reader: BinaryReader, wire: WireType): bigint {
  expectWire(wire, WireType.Varint);
  return BigInt(reader.int64());
}

export function floatField(reader: BinaryReader, wire: WireType): number {
  expectWire(wire, WireType.Bit32);
  return reader.float();
}

/** Null where the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return decodeText(bytes);
  } catch {
    return null;
  }
}

/** A field with a message or text in it, tag and all. */
export function fieldBytes(field: number, value: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(value).finish();
}

function expectWire(wire: WireType, expected: WireType): void {
  if (wire !== expected) damaged(`a field has wire type ${wire} in place of ${expected}`);
}

export function damaged(what: string, hint: string | null = null): never {
  throw new Damage(what, hint);
}

// A leading U+FEFF in a protobuf string is text, not a byte-order mark.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeText(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}
