import type { OnnxNode, OnnxTensor, OnnxValueInfo } from '@slipway/core';
import { float, floats, int, mlNode, plainNode, scalar, texts, vector } from '../onnx-graph.ts';
import type { BoostedModel, ModelFeature } from './boosted-model.ts';
import type { GraphPart } from './boosted-onnx.ts';

export interface InputPart extends GraphPart {
  readonly inputs: readonly OnnxValueInfo[];
  /** The name of the [N, F] matrix that the trees look at. */
  readonly matrix: string;
}

/** From what people give to the numbers that the trees compare: categories become codes, zeros that mean missing NaN. */
export function inputNodes(model: BoostedModel): InputPart {
  const encoded = model.features.some(({ categories }) => categories !== null) ? columns(model) : matrix(model);
  return withZerosMissing(model, encoded);
}

function matrix({ features, precision }: BoostedModel): InputPart {
  const inputs: OnnxValueInfo[] = [{ name: 'features', type: precision, shape: ['N', features.length] }];
  return { nodes: [], constants: [], inputs, matrix: 'features' };
}

/** One input a feature: text and numbers don't go into one matrix. */
function columns({ features, precision }: BoostedModel): InputPart {
  const nodes: OnnxNode[] = [];
  const codes = features.map((feature, index) => {
    if (feature.categories === null) return feature.name;
    nodes.push(...encoder(feature, index, precision));
    return `/codes_${index}`;
  });
  nodes.push(plainNode('Concat', codes, ['/matrix'], { axis: int(1) }));
  const inputs = features.map((feature): OnnxValueInfo => {
    const type = isText(feature) ? 'string' : precision;
    return { name: feature.name, type, shape: ['N', 1] };
  });
  return { nodes, constants: [], inputs, matrix: '/matrix' };
}

/** Codes are small whole numbers, exact in float32; what is no category is missing. */
function encoder(feature: ModelFeature, index: number, precision: BoostedModel['precision']): OnnxNode[] {
  const categories = feature.categories ?? [];
  const values = { values_floats: floats(categories.map((_, code) => code)), default_float: float(Number.NaN) };
  const wide = precision === 'float64';
  const coded = wide ? `/narrow_codes_${index}` : `/codes_${index}`;
  const given = wide && !isText(feature) ? `/narrow_${index}` : feature.name;
  const keys = isText(feature)
    ? { keys_strings: texts(categories as readonly string[]) }
    : { keys_floats: floats(categories as readonly number[]) };
  return [
    ...(given === feature.name ? [] : [plainNode('Cast', [feature.name], [given], { to: int(float32Type) })]),
    { ...mlNode('LabelEncoder', [given], [coded], { ...keys, ...values }), name: `LabelEncoder_${index}` },
    ...(wide ? [plainNode('Cast', [coded], [`/codes_${index}`], { to: int(float64Type) })] : []),
  ];
}

const float32Type = 1;
const float64Type = 11;

function isText({ categories }: ModelFeature): boolean {
  return categories !== null && typeof categories[0] === 'string';
}

/** A limit a column, below zero where zero is a value like any other. */
function withZerosMissing({ features, precision }: BoostedModel, part: InputPart): InputPart {
  if (features.every(({ zeroIsMissing }) => zeroIsMissing === null)) return part;
  const limits = features.map(({ zeroIsMissing }) => zeroIsMissing ?? -1);
  const constants: OnnxTensor[] = [
    vector('/zero_limits', precision, limits),
    scalar('/missing_value', precision, Number.NaN),
  ];
  const nodes: OnnxNode[] = [
    plainNode('Abs', [part.matrix], ['/sizes'], {}),
    plainNode('GreaterOrEqual', ['/zero_limits', '/sizes'], ['/zeros'], {}),
    plainNode('Where', ['/zeros', '/missing_value', part.matrix], ['/filled'], {}),
  ];
  return {
    nodes: [...part.nodes, ...nodes],
    constants: [...part.constants, ...constants],
    inputs: part.inputs,
    matrix: '/filled',
  };
}
