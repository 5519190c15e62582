import type { FloatArray, Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { float, integer } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Constant, Scope } from './scope.ts';
import { countOf, type Dims, type NumberTensor, rowAxisOf } from './tensor.ts';

/** MatMul of rows with a constant matrix, on either side: one linear step for each vector that meets the matrix. */
export function lowerMatMul(scope: Scope, node: OnnxNode): void {
  const left = scope.constant(node, 0);
  const right = scope.constant(node, 1);
  if (left === null && right === null) throw refuse(node, 'it multiplies two values that both depend on the row');
  if (right !== null) scope.output(node, 0, rowsTimes(scope, node, scope.numbers(node, 0), matrixOf(node, right)));
  else if (left !== null) scope.output(node, 0, timesRows(scope, node, matrixOf(node, left), scope.numbers(node, 1)));
}

/**
 * Gemm, `alpha * A * B + beta * C`, with a constant B: the sum in input order, then alpha, then beta * C, each rounded.
 */
export function lowerGemm(scope: Scope, node: OnnxNode): void {
  const given = scope.constant(node, 1);
  if (given === null) throw refuse(node, 'B depends on the row');
  const matrix = integer(node, 'transB', 0) === 0 ? matrixOf(node, given) : transposed(matrixOf(node, given));
  const rows = scope.numbers(node, 0);
  const [first, second] = rows.dims;
  const turned = integer(node, 'transA', 0) !== 0;
  if (rows.dims.length !== 2 || (turned ? second : first) !== null) throw refuse(node, 'A is not a table of rows');
  const input: NumberTensor = { ...rows, dims: [null, rows.lanes.length] };
  const alpha = float(node, 'alpha', 1);
  const bias = alpha === 1 ? constantBias(scope, node, matrix) : null;
  const product = rowsTimes(scope, node, input, matrix, bias);
  const scaled = alpha === 1 ? product : timesNumber(scope, product, alpha);
  scope.output(node, 0, bias === null && scope.has(node, 2) ? plusC(scope, node, scaled) : scaled);
}

/** A constant matrix, `columns` outputs for each of `rows` inputs. */
interface Matrix {
  readonly type: 'float32' | 'float64';
  readonly rows: number;
  readonly columns: number;
  /** Without its last size: a vector of which a product keeps no size. */
  readonly isVector: boolean;
  /** Row-major. */
  readonly values: FloatArray;
}

function matrixOf(node: OnnxNode, { type, dims, values }: Constant): Matrix {
  if (type !== 'float32' && type !== 'float64') throw refuse(node, `the matrix is of type ${type}`);
  if (dims.length !== 1 && dims.length !== 2) throw refuse(node, `the matrix has ${dims.length} sizes`);
  const [rows, columns = 1] = dims;
  const floats = type === 'float32' ? Float32Array.from(values, Number) : Float64Array.from(values, Number);
  return { type, rows, columns, isVector: dims.length === 1, values: floats };
}

function transposed(matrix: Matrix): Matrix {
  const { rows, columns, values } = matrix;
  const turned = values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
  return { ...matrix, rows: columns, columns: rows, values: turned };
}

/** `[..., K]` times `[K, N]`: the last size becomes N, or goes where the matrix is a vector. */
function rowsTimes(
  scope: Scope,
  node: OnnxNode,
  tensor: NumberTensor,
  matrix: Matrix,
  bias: FloatArray | null = null,
): NumberTensor {
  const { dims, lanes, type } = tensor;
  const size = dims.at(-1);
  if (size === null || dims.length < 2) throw refuse(node, 'it sums over the rows');
  if (size !== matrix.rows) throw refuse(node, `${size} columns meet a matrix of ${matrix.rows} rows`);
  if (type !== matrix.type) throw refuse(node, `${type} meets a matrix of ${matrix.type}`);
  const weights = transposed(matrix).values;
  const outputs: Lane[] = [];
  for (let from = 0; from < lanes.length; from += matrix.rows) {
    const inputs = lanes.slice(from, from + matrix.rows);
    outputs.push(...scope.add({ op: 'linear', inputs, weights, bias }, matrix.columns));
  }
  const front = dims.slice(0, -1);
  return { type, dims: matrix.isVector ? front : [...front, matrix.columns], lanes: outputs };
}

/** `[M, K]` times `[K, rows]`, the table on its side. */
function timesRows(scope: Scope, node: OnnxNode, matrix: Matrix, tensor: NumberTensor): NumberTensor {
  const { dims, lanes, type } = tensor;
  if (matrix.isVector || dims.length !== 2 || rowAxisOf(tensor) !== 1) throw refuse(node, 'it sums over the rows');
  if (lanes.length !== matrix.columns)
    throw refuse(node, `${lanes.length} rows meet a matrix of ${matrix.columns} columns`);
  if (type !== matrix.type) throw refuse(node, `${type} meets a matrix of ${matrix.type}`);
  const outputs = scope.add({ op: 'linear', inputs: lanes, weights: matrix.values, bias: null }, matrix.rows);
  return { type, dims: [matrix.rows, null], lanes: outputs };
}

/** beta * C as the bias of each output, where C is constant and the same for every row; null otherwise. */
function constantBias(scope: Scope, node: OnnxNode, matrix: Matrix): FloatArray | null {
  const found = scope.has(node, 2) ? scope.constant(node, 2) : null;
  if (found === null || found.type !== matrix.type) return null;
  const { dims, values } = found;
  const columns = dims.at(-1) ?? 1;
  if (countOf(dims) !== columns || (columns !== 1 && columns !== matrix.columns)) return null;
  const beta = float(node, 'beta', 1);
  const spread = Float64Array.from(
    { length: matrix.columns },
    (_, at) => beta * Number(values[columns === 1 ? 0 : at]),
  );
  return matrix.type === 'float32' ? Float32Array.from(spread) : spread;
}

function timesNumber(scope: Scope, tensor: NumberTensor, factor: number): NumberTensor {
  const { lanes, type } = tensor;
  const [by] = scope.constantLanes([factor]);
  const precision = type === 'float64' ? 'float64' : 'float32';
  const others = lanes.map(() => by);
  return {
    ...tensor,
    lanes: scope.add({ op: 'pair', fn: 'multiply', inputs: lanes, others, precision }, lanes.length),
  };
}

function plusC(scope: Scope, node: OnnxNode, product: NumberTensor): NumberTensor {
  const tensor = scope.numbers(node, 2);
  if (tensor.type !== product.type) throw refuse(node, `C is of type ${tensor.type}`);
  const beta = float(node, 'beta', 1);
  const { dims, lanes } = beta === 1 ? tensor : timesNumber(scope, tensor, beta);
  const width = product.lanes.length;
  if (!fitsTable(dims) || (lanes.length !== width && lanes.length !== 1))
    throw refuse(node, 'C does not fit the product');
  const others = product.lanes.map((_, at) => lanes[lanes.length === 1 ? 0 : at]);
  const precision = product.type === 'float64' ? 'float64' : 'float32';
  return { ...product, lanes: scope.add({ op: 'pair', fn: 'add', inputs: product.lanes, others, precision }, width) };
}

/** Sizes that stretch to `[rows, columns]` without a second row of their own. */
function fitsTable(dims: Dims): boolean {
  const [last = 1, ...before] = dims.toReversed();
  return last !== null && before.length <= 1 && before.every((size) => size === null || size === 1);
}
