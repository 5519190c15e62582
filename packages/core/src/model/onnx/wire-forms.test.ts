import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';
import type { OnnxTensor } from './types.ts';

type Write = (writer: BinaryWriter) => void;

/** A field with a message inside. */
function message(field: number, write: Write): Write {
  return (writer) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    write(writer);
    writer.join();
  };
}

function text(field: number, value: string): Write {
  return (writer) => writer.tag(field, WireType.LengthDelimited).string(value);
}

function int(field: number, value: number | bigint): Write {
  return (writer) => writer.tag(field, WireType.Varint).int64(value);
}

function all(...writes: readonly Write[]): Write {
  return (writer) => {
    for (const write of writes) write(writer);
  };
}

/** A file whose graph has one node that reads `X`, and whatever else a test puts there. */
function fileOf({
  attribute,
  initializer,
  graph,
}: {
  attribute?: Write;
  initializer?: Write;
  graph?: Write;
}): Uint8Array {
  const node = message(
    1,
    all(text(1, 'X'), text(2, 'Y'), text(4, 'Identity'), attribute === undefined ? all() : message(5, attribute)),
  );
  const parts = [node, initializer === undefined ? all() : message(5, initializer), graph ?? all()];
  const writer = new BinaryWriter();
  all(
    int(1, 8),
    message(8, all(text(1, 'ai.onnx'), int(2, 15))),
    message(7, all(...parts, message(11, text(1, 'X')), message(12, text(1, 'Y')))),
  )(writer);
  return writer.finish();
}

function attributeOf(attribute: Write): unknown {
  return decodeModel(fileOf({ attribute })).graph.nodes[0]?.attributes.get('a');
}

function tensorOf(initializer: Write): OnnxTensor | undefined {
  return decodeModel(fileOf({ initializer: all(text(8, 't'), initializer) })).graph.initializers.get('t');
}

describe('numbers of an attribute', () => {
  test('are read one field each, as protobuf 2 writers do', () => {
    const floats = all(
      ...[1.5, -2].map((value) => (writer: BinaryWriter) => void writer.tag(7, WireType.Bit32).float(value)),
    );
    expect(attributeOf(all(text(1, 'a'), floats, int(20, 6)))).toEqual({
      type: 'floats',
      value: Float32Array.of(1.5, -2),
    });
    const ints = all(int(8, 3), int(8, -1n));
    expect(attributeOf(all(text(1, 'a'), ints, int(20, 7)))).toEqual({
      type: 'ints',
      value: BigInt64Array.of(3n, -1n),
    });
  });

  test('are read packed and single in one list, in order', () => {
    const packed = message(8, (writer) => writer.int64(1).int64(300));
    const mixed = all(text(1, 'a'), int(8, 7), packed, int(8, 9), int(20, 7));
    expect(attributeOf(mixed)).toEqual({ type: 'ints', value: BigInt64Array.of(7n, 1n, 300n, 9n) });
  });

  test('tell their kind by themselves in files of the first version', () => {
    expect(attributeOf(all(text(1, 'a'), int(3, 5)))).toEqual({ type: 'int', value: 5n });
  });
});

describe('attributes that Slipway does not read', () => {
  test.each([
    ['a subgraph', 5, message(6, text(2, 'inner'))],
    [
      'text that is not UTF-8',
      3,
      (writer: BinaryWriter) => writer.tag(4, WireType.LengthDelimited).bytes(Uint8Array.of(0xff)),
    ],
    ['a list of tensors', 9, message(10, int(2, 1))],
    ['a bfloat16 tensor', 4, message(5, all(int(2, 16), int(1, 0)))],
    ['a reference', 2, text(21, 'outer')],
  ] as const)('%s is kept as it stood', (_, kind, write) => {
    const attribute = all(text(1, 'a'), write as Write, int(20, kind));
    const writer = new BinaryWriter();
    attribute(writer);
    expect(attributeOf(attribute)).toEqual({ type: 'opaque', kind, value: writer.finish() });
    const model = decodeModel(fileOf({ attribute }));
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });
});

describe('values of a tensor', () => {
  const dims = int(1, 2);
  test.each([
    ['float32', 1, message(4, (writer) => void writer.float(1).float(2)), Float32Array.of(1, 2)],
    ['float64', 11, message(10, (writer) => void writer.double(0.1).double(2)), Float64Array.of(0.1, 2)],
    ['float16', 10, message(5, (writer) => void writer.int32(0x3c00).int32(65535)), Uint16Array.of(0x3c00, 65535)],
    ['int64', 7, message(7, (writer) => void writer.int64(-1).int64(2)), BigInt64Array.of(-1n, 2n)],
    ['int32', 6, message(5, (writer) => void writer.int32(-1).int32(2)), Int32Array.of(-1, 2)],
    ['int16', 5, message(5, (writer) => void writer.int32(-1).int32(2)), Int16Array.of(-1, 2)],
    ['int8', 3, message(5, (writer) => void writer.int32(-128).int32(2)), Int8Array.of(-128, 2)],
    [
      'uint64',
      13,
      message(11, (writer) => void writer.uint64(2n ** 64n - 1n).uint64(2)),
      BigUint64Array.of(2n ** 64n - 1n, 2n),
    ],
    ['uint32', 12, message(11, (writer) => void writer.uint64(4294967295).uint64(2)), Uint32Array.of(4294967295, 2)],
    ['uint16', 4, message(5, (writer) => void writer.int32(65535).int32(2)), Uint16Array.of(65535, 2)],
    ['uint8', 2, message(5, (writer) => void writer.int32(255).int32(2)), Uint8Array.of(255, 2)],
    ['bool', 9, message(5, (writer) => void writer.int32(1).int32(0)), Uint8Array.of(1, 0)],
  ] as const)('of type %s are read from their typed list', (type, number, values, data) => {
    expect(tensorOf(all(dims, int(2, number), values as Write))).toEqual({ name: 't', type, dims: [2], data });
  });

  test('of an element type that Slipway does not know stay in the file that is written', () => {
    const initializer = all(text(8, 't'), int(1, 1), int(2, 16), (writer) =>
      writer.tag(9, WireType.LengthDelimited).bytes(Uint8Array.of(1, 2)),
    );
    const model = decodeModel(fileOf({ initializer }));
    expect(model.graph.initializers.size).toBe(0);
    expect(model.graph.rest).toHaveLength(1);
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });
});

describe('a graph', () => {
  test('may name sparse initializers and metadata, which are kept', () => {
    const sparse = message(15, message(1, all(text(8, 's'), int(2, 1))));
    const reader = message(1, all(text(1, 's'), text(2, 'Z'), text(4, 'Relu')));
    const model = decodeModel(fileOf({ graph: all(sparse, reader, message(16, text(1, 'key'))) }));
    expect(model.graph.rest).toHaveLength(2);
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  test('reads the default domain under both of its names', () => {
    expect(decodeModel(fileOf({})).opsets).toEqual(new Map([['', 15]]));
  });
});
