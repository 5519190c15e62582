import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { typeNumber } from './element-types.ts';
import { writeNode } from './encode-node.ts';
import { writeTensor } from './encode-tensor.ts';
import type { OnnxGraph, OnnxModel, OnnxValueInfo } from './types.ts';

/** Initializers stopped being inputs of the graph with this version of ONNX. */
const irWithFreeInitializers = 4;

/** Writes an ONNX file. `decodeModel` reads the same model from it. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(model.irVersion);
  if (model.producer !== '') writer.tag(2, WireType.LengthDelimited).string(model.producer);
  for (const [domain, version] of model.opsets) {
    writer.tag(8, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(domain);
    writer.tag(2, WireType.Varint).int64(version).join();
  }
  for (const field of model.rest ?? []) writer.raw(field);
  // The graph comes last, so that a file which is cut short is always one without a whole graph.
  writer.tag(7, WireType.LengthDelimited).fork();
  writeGraph(writer, model.graph, model.irVersion);
  return writer.join().finish();
}

function writeGraph(writer: BinaryWriter, graph: OnnxGraph, irVersion: number): void {
  for (const node of graph.nodes) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writeNode(writer, node);
    writer.join();
  }
  writer.tag(2, WireType.LengthDelimited).string(graph.name);
  for (const tensor of graph.initializers.values()) {
    writer.tag(5, WireType.LengthDelimited).fork();
    writeTensor(writer, tensor);
    writer.join();
  }
  for (const input of graph.inputs) writeValueInfo(writer, 11, input);
  if (irVersion < irWithFreeInitializers) {
    for (const { name, type, dims } of graph.initializers.values())
      writeValueInfo(writer, 11, { name, type, shape: dims });
  }
  for (const output of graph.outputs) writeValueInfo(writer, 12, output);
  for (const field of graph.rest ?? []) writer.raw(field);
}

function writeValueInfo(writer: BinaryWriter, field: number, value: OnnxValueInfo): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(value.name);
  if (value.otherType !== undefined) writer.tag(2, WireType.LengthDelimited).bytes(value.otherType);
  else if (value.type !== null) {
    writer.tag(2, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int32(typeNumber(value.type));
    if (value.shape !== null) writeShape(writer, value.shape);
    writer.join().join();
  }
  writer.join();
}

function writeShape(writer: BinaryWriter, shape: readonly (number | string | null)[]): void {
  writer.tag(2, WireType.LengthDelimited).fork();
  for (const size of shape) {
    writer.tag(1, WireType.LengthDelimited).fork();
    if (typeof size === 'number') writer.tag(1, WireType.Varint).int64(size);
    else if (size !== null) writer.tag(2, WireType.LengthDelimited).string(size);
    writer.join();
  }
  writer.join();
}
