import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  boostedModel,
  halfModel,
  imageModel,
  linearRegressorModel,
  logisticModel,
  Random,
  realModels,
  textModel,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { isSlipwayError } from '../../errors/index.ts';
import { readSignature } from '../signature.ts';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';
import { onnxLimits } from './limits.ts';
import type { OnnxGraph, OnnxModel } from './types.ts';
import { withoutZipMap } from './without-zip-map.ts';

const allowed = ['ARTIFACT_NOT_ONNX', 'ARTIFACT_TOO_LARGE', 'ARTIFACT_UNSUPPORTED'];

/** What reading ends in: a code, or `model`, all of which can be described and written again. Other errors fail. */
function outcome(bytes: Uint8Array): string {
  try {
    const model = decodeModel(bytes);
    encodeModel(withoutZipMap(model));
    readSignature(model);
    return 'model';
  } catch (thrown) {
    if (!isSlipwayError(thrown) || !allowed.includes(thrown.code)) throw thrown;
    return thrown.code;
  }
}

function failure(bytes: Uint8Array): { code: string; message: string; where: string | undefined; hint: string } {
  try {
    decodeModel(bytes);
  } catch (thrown) {
    if (isSlipwayError(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('The bytes were read as a model.');
}

describe('a model that is cut short', () => {
  const files = [logisticModel(), textModel(), boostedModel({ trees: 1, depth: 2 }), imageModel(), halfModel()].map(
    encodeModel,
  );

  test('is refused at every byte of it', () => {
    for (const bytes of files)
      for (let length = 0; length < bytes.length; length++)
        expect(outcome(bytes.subarray(0, length))).toBe('ARTIFACT_NOT_ONNX');
  });

  test('is refused at every byte of the files that skl2onnx writes, up to their last field', () => {
    for (const { bytes } of realModels('logistic-multiclass', 'tree-classifier', 'learners-kbins')) {
      // Python writes the graph first: without the last opset the model still has one of its two domains.
      for (let length = 0; length < bytes.length; length++)
        expect(outcome(bytes.subarray(0, length))).toBe('ARTIFACT_NOT_ONNX');
    }
  });

  test('says so, and where', () => {
    const [bytes = new Uint8Array(0)] = files;
    expect(failure(bytes.subarray(0, bytes.length - 5))).toMatchObject({
      message: `The file of ${bytes.length - 5} bytes is not a whole ONNX model: it ends in the middle of a field.`,
      where: 'model',
    });
  });
});

describe('a model with flipped bits', () => {
  test.each([1, 2, 3])('ends in a model or in an error of the artifact (seed %i)', (seed) => {
    const random = new Random(seed);
    const files = [
      encodeModel(logisticModel()),
      encodeModel(textModel()),
      ...realModels('logistic-multiclass', 'tree-classifier', 'learners-kbins').map(({ bytes }) => bytes),
    ];
    const seen = new Set<string>();
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from(random.pick(files));
      for (let flips = 1 + random.integer(4); flips > 0; flips--)
        bytes[random.integer(bytes.length)] = random.integer(256);
      seen.add(outcome(bytes));
    }
    expect([...seen].sort()).toEqual(expect.arrayContaining(['ARTIFACT_NOT_ONNX', 'model']));
  });

  test.each([4, 5])('or random bytes behind a true beginning (seed %i)', (seed) => {
    const random = new Random(seed);
    const head = encodeModel(logisticModel());
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: 20 + random.integer(300) }, (_, at) =>
        at < 2 + (round % 30) ? (head[at] as number) : random.integer(256),
      );
      outcome(bytes);
    }
  });
});

describe('a file that claims more than it holds', () => {
  test('is refused when a tensor claims 10 GB', () => {
    const error = failure(modelWithTensor({ dims: [2_500_000_000], raw: 16 }));
    expect(error).toMatchObject({ code: 'ARTIFACT_TOO_LARGE' });
    expect(error.message).toContain('"big" claims 2500000000 values');
  });

  test.each([
    ['a few values more', [5]],
    ['a few values less', [3]],
    ['products beyond every number', [2 ** 40, 2 ** 40, 2 ** 40]],
    ['nothing, with values there', [0]],
  ])('is refused when a tensor claims %s', (_, dims) => {
    expect(outcome(modelWithTensor({ dims, raw: 16 }))).not.toBe('model');
  });

  test('is refused when a dimension is negative, or there are very many', () => {
    expect(failure(modelWithTensor({ dims: [-4], raw: 16 })).message).toContain('a dimension of a tensor is -4');
    expect(failure(modelWithTensor({ dims: new Array(65).fill(1), raw: 4 })).message).toContain('65 dimensions');
  });

  test('is refused when a field claims 4 GB', () => {
    const bytes = Uint8Array.of(0x08, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0a);
    expect(failure(bytes)).toMatchObject({ code: 'ARTIFACT_NOT_ONNX', where: 'model' });
  });

  test('is refused when the values are in another file', () => {
    const error = failure(modelWithTensor({ dims: [4], raw: 0, location: 1 }));
    expect(error).toMatchObject({ code: 'ARTIFACT_UNSUPPORTED', hint: expect.stringContaining('one file') });
  });
});

describe('a file that asks for many objects with few bytes', () => {
  const empty = (field: number, count: number) => {
    const writer = new BinaryWriter();
    writer.tag(7, WireType.LengthDelimited).fork();
    for (let index = 0; index < count; index++) writer.tag(field, WireType.LengthDelimited).bytes(new Uint8Array(0));
    return writer.join().finish();
  };

  test.each([
    ['nodes', 1],
    ['initializers', 5],
  ])('is refused at the first empty one of its %s', (_, field) => {
    expect(outcome(empty(field, 10))).toBe('ARTIFACT_NOT_ONNX');
  });

  test.each([
    ['inputs', 11],
    ['outputs', 12],
  ])('is refused when it has too many %s', (what, field) => {
    expect(failure(empty(field, onnxLimits.valuesMax + 1))).toMatchObject({
      code: 'ARTIFACT_TOO_LARGE',
      message: `The graph has more than ${onnxLimits.valuesMax} ${what}.`,
    });
  });

  test('costs no more memory than the stated multiple of its size', () => {
    const writer = new BinaryWriter();
    for (let index = 0; index < 1_000_000; index++) writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(0));
    const bytes = modelWithAttribute(writer.finish());
    const before = process.memoryUsage();
    const model = decodeModel(bytes);
    const after = process.memoryUsage();
    const used = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
    expect(model.graph.nodes).toHaveLength(1);
    expect(used).toBeLessThan(onnxLimits.memoryTimesMax * bytes.length);
  });

  test('is refused when groups nest without end', () => {
    const bytes = new Uint8Array(1_000_000).fill((100 << 3) | 3);
    bytes.set([0x08, 8]);
    expect(outcome(bytes)).toBe('ARTIFACT_NOT_ONNX');
  });
});

describe('a graph that contradicts itself', () => {
  test.each<[string, string, (graph: OnnxGraph) => OnnxGraph]>([
    ['reads what nothing made', 'which nothing made yet', (graph) => ({ ...graph, inputs: [] })],
    ['runs in a circle', 'which nothing made yet', (graph) => ({ ...graph, nodes: graph.nodes.toReversed() })],
    [
      'makes a name twice',
      'one that is taken: "scaled"',
      (graph) => ({ ...graph, nodes: [...graph.nodes, ...graph.nodes] }),
    ],
    [
      'gives what nothing made',
      'nothing makes',
      (graph) => ({ ...graph, outputs: [{ name: 'q', type: null, shape: null }] }),
    ],
    [
      'gives one output twice',
      'gives "output_label" twice',
      (graph) => ({ ...graph, outputs: [...graph.outputs, ...graph.outputs] }),
    ],
    ['has no output', 'no output', (graph) => ({ ...graph, outputs: [] })],
  ])('is refused: it %s', (_, message, change) => {
    const model = logisticModel();
    expect(failure(encodeModel({ ...model, graph: change(model.graph) })).message).toContain(message);
  });

  test('is refused: it uses a domain that it does not import', () => {
    expect(failure(encodeModel({ ...logisticModel(), opsets: new Map([['', 15]]) })).message).toContain('"ai.onnx.ml"');
  });
});

function modelWithTensor({ dims, raw, location = 0 }: { dims: number[]; raw: number; location?: number }): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).fork();
  for (const size of dims) writer.int64(size);
  writer.join().tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string('big');
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(raw)).tag(14, WireType.Varint).int32(location);
  const tensor = writer.finish();
  return withRest(new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(tensor).finish());
}

/** A graph with one field more. */
function withRest(field: Uint8Array): Uint8Array {
  const base = linearRegressorModel();
  return encodeModel({ ...base, graph: { ...base.graph, rest: [field] } });
}

function modelWithAttribute(strings: Uint8Array): Uint8Array {
  const head = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string('many')
    .tag(20, WireType.Varint)
    .int32(8)
    .finish();
  const value = new Uint8Array(head.length + strings.length);
  value.set(head);
  value.set(strings, head.length);
  const base = linearRegressorModel();
  const nodes = base.graph.nodes.map((node) => ({
    ...node,
    attributes: new Map([['many', { type: 'opaque', kind: 8, value }]]),
  }));
  return encodeModel({ ...base, graph: { ...base.graph, nodes } } as OnnxModel);
}
