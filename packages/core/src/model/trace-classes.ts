import type { OnnxGraph, OnnxNode } from './onnx/types.ts';
import { isZipMap, labelsOf, zipMapLabels } from './onnx/zip-map.ts';

export interface ClassTrace {
  /** The labels in the order of the score columns; null where the graph doesn't tell them as text or safe integers. */
  readonly classes: readonly (string | number)[] | null;
  /** True where the output's values are labels, false where its columns are scores of them. */
  readonly isLabel: boolean;
}

type Labels = readonly (string | number)[];

/** Which graph outputs are labels or scores of a classifier, by output name. Other outputs are absent. */
export function traceClasses(graph: OnnxGraph): ReadonlyMap<string, ClassTrace> {
  const walk = new Walk(graph);
  const found = new Map<string, ClassTrace>();
  for (const output of graph.outputs) {
    const trace = walk.trace(output.name);
    if (trace !== null) found.set(output.name, trace);
  }
  return found;
}

/** Attributes that name the classes, by the classifier of ai.onnx.ml that has them. */
const classifiers: ReadonlyMap<string, readonly string[]> = new Map([
  ['LinearClassifier', ['classlabels_ints', 'classlabels_strings']],
  ['SVMClassifier', ['classlabels_ints', 'classlabels_strings']],
  ['TreeEnsembleClassifier', ['classlabels_int64s', 'classlabels_strings']],
]);

/** Operators that change neither the order of score columns nor which class a label names. */
const transparent: ReadonlySet<string> = new Set(['Identity', 'Cast', 'Normalizer', 'Reshape', 'Squeeze', 'Flatten']);

/** Functions of a score each, or of the scores of a row: what comes out has the columns of the first input. */
const scoreFunctions: ReadonlySet<string> = new Set([...transparent, 'Sigmoid', 'Softmax', 'Exp', 'Div', 'Sub']);

/** Longer chains than any exporter writes, short enough that many outputs behind one chain don't cost time. */
const chainMax = 64;

class Walk {
  readonly #graph: OnnxGraph;
  readonly #makers = new Map<string, OnnxNode>();
  /** Classes of tensors that an ArgMax picks a label from, by name. */
  readonly #argMaxScores = new Map<string, Labels>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    for (const node of graph.nodes) for (const name of node.outputs) if (name !== '') this.#makers.set(name, node);
    for (const node of graph.nodes) this.#noteArgMax(node);
  }

  trace(output: string): ClassTrace | null {
    const { name, node, casts } = this.#origin(output);
    if (node !== undefined && isZipMap(node)) return { classes: zipMapLabels(node), isLabel: false };
    if (node === undefined) return this.#scoresOfArgMax(name);
    const attributes = classifiers.get(node.opType);
    if (attributes !== undefined) {
      const isLabel = name === node.outputs[0];
      const classes = isLabel || columnsAreClasses(node) ? labelsOf(node, attributes) : null;
      return { classes: isLabel ? casts.reduce(castLabels, classes) : classes, isLabel };
    }
    const chosen = this.#labelsOfArgMax(node);
    if (chosen !== null) return { classes: casts.reduce(castLabels, chosen), isLabel: true };
    return this.#scoresOfArgMax(name);
  }

  /** Back through transparent operators. `casts` are the element types that the value was cast to, first cast first. */
  #origin(output: string): { name: string; node: OnnxNode | undefined; casts: number[] } {
    const casts: number[] = [];
    let name = output;
    for (let steps = 0; ; steps++) {
      const node = this.#makers.get(name);
      if (node === undefined || !transparent.has(node.opType) || steps === chainMax) return { name, node, casts };
      const to = node.attributes.get('to');
      if (to?.type === 'int') casts.unshift(Number(to.value));
      name = node.inputs[0] ?? '';
    }
  }

  /** Networks pick the label with ArgMax and look it up in a constant list: then the list names the classes. */
  #labelsOfArgMax(node: OnnxNode): Labels | null {
    if (node.opType !== 'ArrayFeatureExtractor' && node.opType !== 'Gather') return null;
    const list = this.#graph.initializers.get(node.inputs[0] ?? '');
    const { node: chooser } = this.#origin(node.inputs[1] ?? '');
    if (list === undefined || chooser?.opType !== 'ArgMax') return null;
    if (list.type === 'string') return list.data as readonly string[];
    const labels = Array.from(list.data as Int32Array, Number);
    return labels.every(Number.isSafeInteger) ? labels : null;
  }

  /** The tensor that such an ArgMax looks at holds the scores of the classes. */
  #noteArgMax(node: OnnxNode): void {
    const classes = this.#labelsOfArgMax(node);
    if (classes === null) return;
    const { node: chooser } = this.#origin(node.inputs[1] ?? '');
    this.#argMaxScores.set(this.#origin(chooser?.inputs[0] ?? '').name, classes);
  }

  /** Scores may be a function of those that the label was picked by: a sigmoid of them, divided by its sum. */
  #scoresOfArgMax(name: string): ClassTrace | null {
    let at = name;
    for (let steps = 0; steps < chainMax; steps++) {
      const classes = this.#argMaxScores.get(at);
      if (classes !== undefined) return { classes, isLabel: false };
      const node = this.#makers.get(at);
      if (node === undefined || !scoreFunctions.has(node.opType)) return null;
      at = node.inputs[0] ?? '';
    }
    return null;
  }
}

/** An SVM of more than two classes without probabilities scores pairs of classes, not classes. */
function columnsAreClasses(node: OnnxNode): boolean {
  if (node.opType !== 'SVMClassifier') return true;
  const has = (name: string): boolean => {
    const attribute = node.attributes.get(name);
    return (attribute?.type === 'floats' || attribute?.type === 'ints') && attribute.value.length > 0;
  };
  if (has('prob_a') || !has('vectors_per_class')) return true;
  return labelsOf(node, ['classlabels_ints', 'classlabels_strings'])?.length === 2;
}

const textType = 8;

/** Numbers cast to text are named by their text; the other way round the graph would have to parse. */
function castLabels(labels: Labels | null, to: number): Labels | null {
  if (labels === null) return null;
  if (to === textType) return labels.map(String);
  return labels.every((label) => typeof label === 'number') ? labels : null;
}
