import { fail, isSlipwayError, type SlipwayError } from '../../errors/index.ts';
import { checkFunctions } from './check-functions.ts';
import { checkDomains } from './check-names.ts';
import { Damage, tooLarge } from './damage.ts';
import { decodeGraph } from './decode-graph.ts';
import { onnxLimits } from './limits.ts';
import { looksLike } from './looks-like.ts';
import type { OnnxGraph, OnnxModel } from './types.ts';
import { bytesField, damaged, integerField, readMessage, textField } from './wire.ts';

/**
 * Reads an ONNX file. Opaque attributes and `rest` are views into `file`, which must not change afterwards.
 * Raises ARTIFACT_NOT_ONNX (another format, damaged, cut short), ARTIFACT_TOO_LARGE or ARTIFACT_UNSUPPORTED (values in
 * another file); any bytes end in a model or in one of these, within the limits of `onnxLimits`.
 */
export function decodeModel(file: Uint8Array): OnnxModel {
  // A plain view: where the file is a Node.js Buffer, `slice` would not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length > onnxLimits.bytesMax)
    throw tooLarge(`The file has ${bytes.length} bytes, more than 2 GiB.`, 'model');
  const other = looksLike(bytes);
  if (other !== null) throw notOnnx(other.message, null, other.hint);
  try {
    const model = decode(bytes);
    checkDomains(model);
    checkFunctions(model);
    return model;
  } catch (thrown) {
    if (isSlipwayError(thrown)) throw thrown;
    if (thrown instanceof Damage) throw damageError(thrown, bytes.length);
    throw thrown;
  }
}

function decode(bytes: Uint8Array): OnnxModel {
  const head = { irVersion: 0, producer: '' };
  const opsets = new Map<string, number>();
  let graph: OnnxGraph | null = null;
  const rest = readMessage(bytes, 'model', (reader, field, wire) => {
    if (field === 1) head.irVersion = integerField(reader, wire);
    else if (field === 2) head.producer = textField(reader, wire);
    else if (field === 7) {
      if (graph !== null) damaged('it has two graphs');
      graph = decodeGraph(bytesField(reader, wire));
    } else if (field === 8) readOpset(bytesField(reader, wire), opsets);
    else return false;
    return true;
  });
  if (graph === null) return damaged('it has no graph');
  return rest.length === 0 ? { ...head, opsets, graph } : { ...head, opsets, graph, rest };
}

function readOpset(bytes: Uint8Array, opsets: Map<string, number>): void {
  let domain = '';
  let version = 0;
  readMessage(bytes, 'opset_import', (reader, field, wire) => {
    if (field === 1) domain = textField(reader, wire);
    else if (field === 2) version = integerField(reader, wire);
    else return false;
    return true;
  });
  const name = domain === 'ai.onnx' ? '' : domain;
  // Where a file names a domain twice, the newer version rules.
  opsets.set(name, Math.max(version, opsets.get(name) ?? 0));
}

function damageError(damage: Damage, length: number): SlipwayError {
  const where = damage.path.length === 0 ? null : damage.path.join('.');
  return notOnnx(`The file of ${length} bytes is not a whole ONNX model: ${damage.message}.`, where, damage.hint);
}

function notOnnx(message: string, where: string | null, hint: string | null): SlipwayError {
  return fail('ARTIFACT_NOT_ONNX', { message, where: where ?? undefined, hint: hint ?? undefined });
}
