import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { asSlipwayError, decodeModel, fail, type ModelSignature, type OnnxModel, readSignature } from '@slipway/core';

/** An artifact in memory: its bytes, its name (the digest), and what the graph says of itself. */
export interface Artifact {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly model: OnnxModel;
  readonly signature: ModelSignature;
}

/** ONNX is a protobuf, and a protobuf message ends at 2 GiB. */
const artifactBytesMax = 2 ** 31 - 1;

/**
 * Reads an artifact and checks it against the digest that is expected of it.
 * Raises ARTIFACT_NOT_FOUND, ARTIFACT_TOO_LARGE, ARTIFACT_DIGEST_MISMATCH, ARTIFACT_NOT_ONNX, ARTIFACT_UNSUPPORTED.
 */
export async function readArtifact(path: string, expected: string | null): Promise<Artifact> {
  const bytes = await readBounded(path);
  const digest = digestOf(bytes);
  if (expected !== null && expected !== digest) {
    throw fail('ARTIFACT_DIGEST_MISMATCH', {
      message: `The artifact has the digest ${digest}, expected was ${expected}.`,
      where: path,
    });
  }
  return { path, bytes, digest, ...understood(path, bytes) };
}

/** Core knows bytes and no files: which file they are of is said here. */
function understood(path: string, bytes: Uint8Array): Pick<Artifact, 'model' | 'signature'> {
  try {
    const model = decodeModel(bytes);
    return { model, signature: readSignature(model) };
  } catch (thrown) {
    const { code, message, where, hint, details } = asSlipwayError(thrown);
    throw fail(code, {
      message,
      where: where === undefined ? path : `${path}: ${where}`,
      hint,
      details,
      cause: thrown,
    });
  }
}

export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function readBounded(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch(() => null);
  if (info === null) throw fail('ARTIFACT_NOT_FOUND', { message: 'There is no artifact at this path.', where: path });
  if (!info.isFile())
    throw fail('ARTIFACT_NOT_FOUND', { message: 'The artifact is a folder, not a file.', where: path });
  if (info.size > artifactBytesMax) {
    throw fail('ARTIFACT_TOO_LARGE', { message: `The artifact has ${info.size} bytes.`, where: path });
  }
  return readFile(path).catch((cause: Error) => {
    throw fail('ARTIFACT_NOT_FOUND', { message: `The artifact cannot be read: ${cause.message}.`, where: path, cause });
  });
}
