import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Proof } from '@slipway/core';

/** Where the proof of an artifact is kept: beside it, `model.proof.json` for `model.onnx`. */
export function proofPath(artifactPath: string): string {
  return `${artifactPath.replace(/\.onnx$/, '')}.proof.json`;
}

/** The stored proof, or null where there is none that can be read: then the session is proved again. */
export async function readProof(artifactPath: string): Promise<Proof | null> {
  try {
    const value: unknown = JSON.parse(await readFile(proofPath(artifactPath), 'utf8'));
    return isProof(value) ? value : null;
  } catch {
    return null;
  }
}

/** Stores a proof, whole or not at all. A folder that cannot be written costs the next start another proof, no more. */
export async function writeProof(artifactPath: string, proof: Proof): Promise<void> {
  const path = proofPath(artifactPath);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, `${JSON.stringify(proof)}\n`);
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true }).catch(() => {});
  }
}

/** Enough of the shape for the checks that follow; a proof that was changed by hand fails those. */
function isProof(value: unknown): value is Proof {
  const { proof, lanes, features, golden } = (value ?? {}) as Partial<Proof>;
  return proof === 1 && Array.isArray(lanes) && Array.isArray(features) && isGolden(golden);
}

function isGolden(golden: Partial<Proof['golden']> | undefined): boolean {
  return typeof golden?.rows === 'number' && Array.isArray(golden.inputs) && Array.isArray(golden.outputs);
}
