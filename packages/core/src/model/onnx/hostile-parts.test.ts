import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { linearRegressorModel } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { isSlipwayError, type SlipwayError } from '../../errors/index.ts';
import { customOperators } from './custom-operators.ts';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';
import { onnxLimits } from './limits.ts';
import type { OnnxAttribute, OnnxModel } from './types.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

// Messages that only ONNX Runtime reads, by the field numbers of onnx.proto.
const message = (field: number, ...parts: readonly Uint8Array[]) =>
  new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(joined(parts)).finish();
const text = (field: number, value: string) =>
  new BinaryWriter().tag(field, WireType.LengthDelimited).string(value).finish();
const number = (field: number, value: number) => new BinaryWriter().tag(field, WireType.Varint).int64(value).finish();
const operator = (field: number, opType: string, domain = '', ...parts: readonly Uint8Array[]) =>
  message(field, text(4, opType), text(7, domain), ...parts);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const part of parts) writer.raw(part);
  return writer.finish();
}

function repeated(count: number, make: (at: number) => Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  for (let at = 0; at < count; at++) writer.raw(make(at));
  return writer.finish();
}

/** A function of the domain `own`: it runs the operators of its own domain that are named, one after the other. */
const ownFunction = (name: string, ...calls: readonly string[]) =>
  message(25, text(1, name), text(10, 'own'), ...calls.map((call) => operator(7, call, call === 'Relu' ? '' : 'own')));

function withFunctions(...functions: readonly Uint8Array[]): Uint8Array {
  return encodeModel({ ...linearRegressorModel(), rest: functions });
}

/** The model with an attribute more at its node, as bytes. `fields` are those of AttributeProto. */
function withAttribute(kind: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const model = linearRegressorModel();
  const value = joined([text(1, 'extra'), ...fields, number(20, kind)]);
  const extra: readonly [string, OnnxAttribute] = ['extra', { type: 'opaque', kind, value }];
  const nodes = model.graph.nodes.map((node) => ({ ...node, attributes: new Map([...node.attributes, extra]) }));
  return encodeModel({ ...model, graph: { ...model.graph, nodes } });
}

function failure(bytes: Uint8Array): SlipwayError {
  try {
    decodeModel(bytes);
  } catch (thrown) {
    if (isSlipwayError(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('The bytes were read as a model.');
}

describe('functions of a model', () => {
  test('that unfold to few nodes are kept', () => {
    const model = decodeModel(withFunctions(ownFunction('F', 'Relu', 'Relu'), ownFunction('G', 'F', 'F')));
    expect(model.rest).toHaveLength(1);
  });

  test('that double at each level are refused before anybody unfolds them', () => {
    const levels = Array.from({ length: 30 }, (_, at) => ownFunction(`F${at + 1}`, `F${at}`, `F${at}`));
    expect(failure(withFunctions(ownFunction('F0', 'Relu'), ...levels))).toMatchObject({
      code: 'ARTIFACT_TOO_LARGE',
      message: `The model's functions unfold to more than ${onnxLimits.nodesMax} nodes.`,
    });
  });

  test.each([
    ['themselves', [ownFunction('F', 'F')]],
    ['each other', [ownFunction('F', 'G'), ownFunction('G', 'H'), ownFunction('H', 'F')]],
    [
      'themselves within a subgraph',
      [
        message(
          25,
          text(1, 'F'),
          text(10, 'own'),
          operator(7, 'If', '', message(5, message(6, operator(1, 'F', 'own')))),
        ),
      ],
    ],
  ])('that call %s are refused', (_, functions) => {
    expect(failure(withFunctions(...functions)).message).toContain('calls itself');
  });

  test('that call each other a hundred thousand deep do not exhaust the stack', () => {
    const chain = Array.from({ length: 100_000 }, (_, at) => ownFunction(`F${at}`, `F${at + 1}`));
    expect(failure(withFunctions(...chain)).message).toContain('nest deeper than 32');
  });
});

describe('subgraphs', () => {
  /** An If in an If in an If. */
  function nested(levels: number): Uint8Array {
    let inner = operator(1, 'Relu');
    for (let level = 1; level < levels; level++) inner = operator(1, 'If', '', message(5, message(6, inner)));
    return withAttribute(5, message(6, inner));
  }

  test('may nest as deep as ONNX Runtime reads them', () => {
    expect(decodeModel(nested(32)).graph.nodes).toHaveLength(1);
  });

  test('that nest deeper are refused', () => {
    expect(failure(nested(33)).message).toContain('its graphs nest deeper than 32');
    expect(failure(nested(2000)).message).toContain('its graphs nest deeper than 32');
  });

  const external = [text(8, 'w'), message(13, text(1, 'location'), text(2, '/etc/passwd'))];
  test.each([
    ['an initializer of a subgraph', withAttribute(5, message(6, message(5, ...external)))],
    [
      'the values of a sparse initializer of a subgraph',
      withAttribute(5, message(6, message(15, message(1, ...external)))),
    ],
    ['a list of tensors', withAttribute(9, message(10, ...external))],
    ['a sparse tensor', withAttribute(11, message(22, message(1, ...external)))],
    [
      'a constant in a function',
      withFunctions(message(25, text(1, 'F'), operator(7, 'Constant', '', message(5, message(5, ...external))))),
    ],
    ['an initializer of a rare type', withGraphField(message(5, number(2, 16), ...external))],
    ['a sparse initializer', withGraphField(message(15, message(1, ...external)))],
    ['a tensor that says so without a place', withAttribute(9, message(10, text(8, 'w'), number(14, 1)))],
  ])('and other parts never send ONNX Runtime for other files: %s', (_, bytes) => {
    expect(failure(bytes)).toMatchObject({
      code: 'ARTIFACT_UNSUPPORTED',
      message: expect.stringContaining('"w" are in another file'),
      hint: expect.stringContaining('onnx.save'),
    });
  });
});

describe('custom operators', () => {
  test('are named with their domains, also those in subgraphs and functions, each once', () => {
    const base = linearRegressorModel();
    const blur = {
      ...(base.graph.nodes[0] as OnnxModel['graph']['nodes'][number]),
      opType: 'Blur',
      domain: 'acme.vision',
    };
    const attributes = new Map([
      [
        'body',
        {
          type: 'opaque',
          kind: 5,
          value: joined([text(1, 'body'), message(6, operator(1, 'Sharpen', 'acme.vision')), number(20, 5)]),
        } as OnnxAttribute,
      ],
    ]);
    const model: OnnxModel = {
      ...base,
      graph: { ...base.graph, nodes: [blur, { ...blur, domain: 'own', opType: 'F', attributes }, blur] },
      rest: [
        ownFunction('F', 'Relu', 'G'),
        message(25, text(1, 'G'), text(10, 'own'), operator(7, 'Gelu', 'com.microsoft')),
      ],
    };
    expect(customOperators(model)).toEqual([
      { domain: 'acme.vision', opType: 'Blur' },
      { domain: 'acme.vision', opType: 'Sharpen' },
    ]);
  });

  test('are none in a model of known domains', () => {
    expect(customOperators(linearRegressorModel())).toEqual([]);
  });
});

describe('what is wrong with a graph says what to do', () => {
  test('without opsets', () => {
    const error = failure(encodeModel({ ...linearRegressorModel(), opsets: new Map() }));
    expect(error.message).toContain('LinearRegressor is of the domain "ai.onnx.ml", whose opset it doesn\'t import');
    expect(error.hint).toContain('make_opsetid("ai.onnx.ml"');
  });

  test('in a circle', () => {
    const model = linearRegressorModel();
    const loop = model.graph.nodes.map((node) => ({ ...node, inputs: ['variable'] }));
    const error = failure(encodeModel({ ...model, graph: { ...model.graph, nodes: loop } }));
    expect(error).toMatchObject({
      message: expect.stringContaining('reads "variable"'),
      hint: expect.stringContaining('circle'),
    });
  });

  test('with a name that is not UTF-8', () => {
    const name = new BinaryWriter().tag(3, WireType.LengthDelimited).bytes(Uint8Array.of(0xff, 0xfe)).finish();
    expect(failure(withGraphField(message(1, text(4, 'Relu'), name))).message).toContain('not UTF-8');
  });
});

/** Files in which few bytes ask for many objects: the worst for the stated bound that are known. */
const greedy: readonly (readonly [string, () => Uint8Array])[] = [
  ['nodes', () => withGraphField(repeated(100_000, () => message(1, text(4, 'A'))))],
  [
    'attributes',
    () =>
      withGraphField(
        repeated(100, () =>
          message(
            1,
            text(4, 'A'),
            repeated(999, (at) => message(5, text(1, at.toString(36)))),
          ),
        ),
      ),
  ],
  [
    'tensors',
    () => withGraphField(repeated(50_000, (at) => message(5, text(8, at.toString(36)), number(1, 0), number(2, 1)))),
  ],
  [
    'texts of a tensor',
    () =>
      withGraphField(
        message(
          5,
          text(8, 'a'),
          number(1, 300_000),
          number(2, 8),
          repeated(300_000, () => text(6, '')),
        ),
      ),
  ],
  ['fields that nobody reads', () => withGraphField(repeated(500_000, () => number(99, 1)))],
  [
    'names',
    () =>
      withGraphField(
        message(
          1,
          text(4, 'A'),
          repeated(300_000, () => text(1, '')),
        ),
      ),
  ],
  ['integers', () => withAttribute(7, message(8, new Uint8Array(1_000_000).fill(1)))],
];

test.each(greedy)('of many %s no more memory is kept than the stated multiple of the file', (_, make) => {
  const bytes = make();
  const before = collected();
  const model = decodeModel(bytes);
  const kept = collected() - before;
  expect(model.graph.nodes.length).toBeGreaterThan(0);
  expect(kept).toBeLessThan(onnxLimits.keptTimesMax * bytes.length);
});

/** Bytes in use when all that nobody holds any more is gone. */
function collected(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function withGraphField(field: Uint8Array): Uint8Array {
  const model = linearRegressorModel();
  return encodeModel({ ...model, graph: { ...model.graph, rest: [field] } });
}
