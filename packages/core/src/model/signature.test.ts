import {
  forestModel,
  int64Tensor,
  linearRegressorModel,
  logisticModel,
  mapsOf,
  modelOf,
  multiClassModel,
  networkModel,
  node,
  realModels,
  textModel,
  value,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { decodeModel } from './onnx/index.ts';
import type { OnnxModel, OnnxNode, OnnxValueInfo } from './onnx/types.ts';
import type { OutputSpec } from './session.ts';
import { readSignature } from './signature.ts';

describe('inputs', () => {
  test('are listed with type and shape', () => {
    expect(readSignature(logisticModel()).inputs).toEqual([{ name: 'X', type: 'float32', shape: [null, 3] }]);
    expect(readSignature(textModel()).inputs).toEqual([
      { name: 'city', type: 'string', shape: ['N', 1] },
      { name: 'hours', type: 'float32', shape: ['N', 1] },
    ]);
  });

  test('without a shape are a matrix when there is one, and columns when there are several', () => {
    const one = modelOf('one', {
      nodes: [node('Relu', ['a'], ['y'])],
      inputs: [value('a', 'float32', null)],
      outputs: [value('y', 'float32', null)],
    });
    expect(readSignature(one).inputs[0]?.shape).toEqual([null, null]);
    const two = { ...one, graph: { ...one.graph, inputs: [value('a', 'float32', null), value('b', 'float32', null)] } };
    expect(readSignature(two).inputs.map(({ shape }) => shape)).toEqual([
      [null, 1],
      [null, 1],
    ]);
  });

  test('that are no tensors cannot be fed', () => {
    const model = linearRegressorModel();
    const graph = { ...model.graph, inputs: [mapsOf('X')] };
    expect(() => readSignature({ ...model, graph })).toThrow(
      expect.objectContaining({ code: 'ARTIFACT_UNSUPPORTED', where: 'input X' }),
    );
  });
});

describe('outputs', () => {
  test('of a classifier are the label and, through ZipMap, the scores of its classes', () => {
    expect(readSignature(logisticModel()).outputs).toEqual([
      { name: 'output_label', type: 'int64', shape: [null], width: 1, classes: [0, 1], isLabel: true },
      { name: 'output_probability', type: 'float32', shape: [null, 2], width: 2, classes: [0, 1], isLabel: false },
    ]);
  });

  test('are the same without ZipMap', () => {
    expect(readSignature(logisticModel({ zipMap: false }))).toEqual(readSignature(logisticModel()));
    expect(readSignature(forestModel({ zipMap: true }))).toEqual(readSignature(forestModel()));
  });

  test('of a classifier with text labels name its classes by text', () => {
    const classes = ['high', 'low', 'medium'];
    expect(readSignature(multiClassModel()).outputs).toMatchObject([
      { name: 'label', type: 'string', classes, isLabel: true },
      { name: 'probabilities', width: 3, classes, isLabel: false },
    ]);
  });

  test('of a network name the classes of the list that ArgMax picks from', () => {
    expect(readSignature(networkModel()).outputs).toMatchObject([
      { name: 'label', classes: [0, 10, 20], isLabel: true },
      { name: 'probabilities', width: 3, classes: [0, 10, 20], isLabel: false },
    ]);
  });

  test.each(realModels())('of $name are as wide as the answers that its library gave', ({ bytes, outputs }) => {
    const widths = new Map(readSignature(decodeModel(bytes)).outputs.map(({ name, width }) => [name, width]));
    for (const { name, library } of outputs) expect(widths.get(name)).toBe(library[0]?.length);
  });

  test.each(realModels().filter(({ outputs }) => outputs[1]?.name === 'output_probability'))(
    'of $name name the classes that its library saw',
    ({ bytes, outputs: [labels] }) => {
      const [label, scores] = readSignature(decodeModel(bytes)).outputs;
      expect(label).toMatchObject({ name: 'output_label', isLabel: true, width: 1 });
      expect(label?.classes).toEqual(scores?.classes);
      expect(label?.classes).toEqual(expect.arrayContaining([...new Set(labels?.library.flat())]));
    },
  );

  test('of a regression have neither classes nor labels', () => {
    expect(readSignature(linearRegressorModel()).outputs).toEqual([
      { name: 'variable', type: 'float32', shape: [null, 1], width: 1, classes: null, isLabel: false },
    ]);
  });

  test('that are lists or maps are left out, unless nothing else is there', () => {
    const both = classifierWith(
      [node('SequenceConstruct', ['p'], ['list'])],
      [mapsOf('list'), value('p', 'float32', [null, 2])],
    );
    expect(readSignature(both).outputs.map(({ name }) => name)).toEqual(['p']);
    const only = classifierWith([node('SequenceConstruct', ['p'], ['list'])], [mapsOf('list')]);
    expect(() => readSignature(only)).toThrow(expect.objectContaining({ code: 'ARTIFACT_UNSUPPORTED' }));
  });

  test('of a shape that varies have a width only where the classes tell it', () => {
    const model = classifierWith(
      [node('Exp', ['p'], ['e'])],
      [value('p', 'float32', [null, 'C']), value('e', 'float32', [null, 'C'])],
    );
    expect(readSignature(model).outputs).toMatchObject([
      { width: 2, classes: [4, 7] },
      { width: null, classes: null },
    ]);
  });

  test('of more dimensions are as wide as their product', () => {
    const model = modelOf('deep', {
      nodes: [node('Relu', ['X'], ['y'])],
      inputs: [value('X', 'float32', [null, 2, 3])],
      outputs: [value('y', 'float32', ['N', 2, 3])],
    });
    expect(readSignature(model).outputs[0]?.width).toBe(6);
  });
});

describe('classes are traced', () => {
  const scores = value('p', 'float32', [null, 2]);

  test('through Identity, Cast and Normalizer', () => {
    const nodes = [
      node('ml:Normalizer', ['p'], ['n'], { norm: 'L1' }),
      node('Cast', ['n'], ['c'], { to: { int: 11 } }),
      node('Identity', ['c'], ['q']),
    ];
    expect(first(classifierWith(nodes, [value('q', 'float64', [null, 2])]))).toMatchObject({
      classes: [4, 7],
      isLabel: false,
    });
  });

  test('through a Cast of the label: to text as text, from text to numbers not', () => {
    const cast = (to: number) => [node('Cast', ['l'], ['q'], { to: { int: to } })];
    expect(first(classifierWith(cast(8), [value('q', 'string', [null])]))).toMatchObject({
      classes: ['4', '7'],
      isLabel: true,
    });
    expect(first(classifierWith(cast(1), [value('q', 'float32', [null])]))).toMatchObject({
      classes: [4, 7],
      isLabel: true,
    });
    const texts = classifierWith(cast(7), [value('q', 'int64', [null])], {
      classlabels_strings: { strings: ['a', 'b'] },
    });
    expect(first(texts)).toMatchObject({ classes: null, isLabel: true });
  });

  test('not where the columns are not those of the classes', () => {
    expect(first(classifierWith([], [value('p', 'float32', [null, 3])]))).toMatchObject({ width: 3, classes: null });
    expect(first(classifierWith([], [scores]))).toMatchObject({ width: 2, classes: [4, 7] });
  });

  test('not beyond what a number holds', () => {
    const wide = classifierWith([], [value('l', 'int64', [null])]);
    const big = { type: 'ints', value: BigInt64Array.of(0n, 2n ** 60n) } as const;
    const nodes = wide.graph.nodes.map((given) => ({
      ...given,
      attributes: new Map([...given.attributes, ['classlabels_ints', big]]),
    }));
    expect(first({ ...wide, graph: { ...wide.graph, nodes } })).toMatchObject({ classes: null, isLabel: true });
  });

  test('of an SVM only where its columns are classes and not pairs of them', () => {
    const svm = (attributes: Parameters<typeof node>[3]) =>
      first(
        modelOf('svm', {
          nodes: [
            node('ml:SVMClassifier', ['X'], ['l', 'p'], { classlabels_ints: { ints: [1, 2, 3] }, ...attributes }),
          ],
          inputs: [value('X', 'float32', [null, 2])],
          outputs: [value('p', 'float32', [null, 3]), value('l', 'int64', [null])],
        }),
      );
    expect(svm({ vectors_per_class: { ints: [2, 2, 2] } })).toMatchObject({ classes: null });
    expect(svm({ vectors_per_class: { ints: [2, 2, 2] }, prob_a: { floats: [1] } })).toMatchObject({
      classes: [1, 2, 3],
    });
    expect(svm({})).toMatchObject({ classes: [1, 2, 3] });
  });

  test('from an ArgMax into a list of text', () => {
    const nodes = [
      node('ArgMax', ['X'], ['best'], { axis: { int: 1 } }),
      node('ml:ArrayFeatureExtractor', ['names', 'best'], ['l']),
      node('Identity', ['X'], ['p']),
    ];
    const model = modelOf('names', {
      nodes,
      initializers: [{ name: 'names', type: 'string', dims: [2], data: ['no', 'yes'] }, int64Tensor('other', [1], [1])],
      inputs: [value('X', 'float32', [null, 2])],
      outputs: [value('l', 'string', [null]), value('p', 'float32', [null, 2])],
    });
    expect(readSignature(model).outputs).toMatchObject([
      { classes: ['no', 'yes'], isLabel: true },
      { classes: ['no', 'yes'], isLabel: false },
    ]);
  });

  test.each(realModels('logistic-binary-float64', 'select-float64', 'mlp-float64', 'gaussian-nb-float64'))(
    'of $name, whose scores are a function of those that the label is picked by',
    ({ bytes, outputs }) => {
      const classes = [...new Set(outputs[0]?.library.flat())].sort();
      expect(readSignature(decodeModel(bytes)).outputs).toMatchObject([
        { isLabel: true, classes },
        { isLabel: false, classes },
      ]);
    },
  );

  test('in time that does not grow with outputs times operators', () => {
    const nodes: OnnxNode[] = Array.from({ length: 50_000 }, (_, at) =>
      node('Identity', [at === 0 ? 'p' : `i${at - 1}`], [`i${at}`]),
    );
    const outputs = Array.from({ length: 50_000 }, (_, at) => value(`i${at}`, 'float32', [null, 2]));
    const specs = readSignature(classifierWith(nodes, outputs)).outputs;
    expect(specs[10]).toMatchObject({ classes: [4, 7] });
    expect(specs.at(-1)).toMatchObject({ classes: null });
  });
});

/** A linear classifier with label `l` and scores `p` of the classes 4 and 7, and what follows it. */
function classifierWith(
  nodes: readonly OnnxNode[],
  outputs: readonly OnnxValueInfo[],
  labels: Parameters<typeof node>[3] = { classlabels_ints: { ints: [4, 7] } },
): OnnxModel {
  const classifier = node('ml:LinearClassifier', ['X'], ['l', 'p'], {
    coefficients: { floats: [1, -1] },
    intercepts: { floats: [0, 0] },
    ...labels,
  });
  return modelOf('classifier', { nodes: [classifier, ...nodes], inputs: [value('X', 'float32', [null, 1])], outputs });
}

function first(model: OnnxModel): OutputSpec | undefined {
  return readSignature(model).outputs[0];
}
