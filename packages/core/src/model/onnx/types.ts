import type { TensorType } from '../session.ts';

/**
 * An ONNX model in memory: what the compiler and the writer share. Follows onnx.proto. What nobody here reads stands in
 * `rest`, field by field as bytes, so that a model that is read and written again says what it said.
 */
export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  /** Opset version by domain; the default domain is ''. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
  /** Functions and metadata, mostly. */
  readonly rest?: readonly Uint8Array[];
}

export interface OnnxGraph {
  readonly name: string;
  /** In topological order, as ONNX demands. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  /** Without those that have an initializer. */
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Sparse initializers, initializers of other element types, shapes of inner values. */
  readonly rest?: readonly Uint8Array[];
}

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly rest?: readonly Uint8Array[];
}

export type OnnxAttribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'tensor'; readonly value: OnnxTensor }
  | { readonly type: 'floats'; readonly value: Float32Array }
  | { readonly type: 'ints'; readonly value: BigInt64Array }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  /**
   * A subgraph, a sparse tensor, a type, text that is not UTF-8: run by ONNX Runtime only. `kind` is the number of
   * AttributeProto.AttributeType, `value` the whole AttributeProto as it stood.
   */
  | { readonly type: 'opaque'; readonly kind: number; readonly value: Uint8Array };

export interface OnnxTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** float16 stays as its bits in a Uint16Array; bool is 0 or 1 in a Uint8Array. */
export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | readonly string[];

export interface OnnxValueInfo {
  readonly name: string;
  /** Null where the value is no plain tensor (a ZipMap's sequence of maps) or its type is not given. */
  readonly type: TensorType | null;
  readonly shape: readonly (number | string | null)[] | null;
  /** The TypeProto as it stood, where `type` is null and the file gives one. */
  readonly otherType?: Uint8Array;
}
