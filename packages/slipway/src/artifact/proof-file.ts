import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Proof } from '@slipway/core';
import { makeFolder } from '../system/make-folder.ts';

/** Where the proof of an artifact is kept: beside it, `model.proof.json` for `model.onnx`. */
export function proofPath(artifactPath: string): string {
  return `${artifactPath.replace(/\.onnx$/, '')}.proof.json`;
}

/** The stored proof, or null where there is none that can be read: then the session is proved again. */
export async function readProof(path: string): Promise<Proof | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isProof(value) ? value : null;
  } catch {
    return null;
  }
}

/** Stores a proof, whole or not at all. A folder that cannot be written costs the next start another proof, no more. */
export async function writeProof(path: string, proof: Proof): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(path));
    await writeFile(draft, proofText(proof));
    await rename(draft, path);
  } catch {
    await rm(draft, { force: true }).catch(() => {});
  }
}

/** A proof as it is stored. */
export function proofText(proof: Proof): string {
  return `${JSON.stringify(proof)}\n`;
}

/** Enough of the shape for all who read it; whether it is about the model at hand, the checks that follow say. */
function isProof(value: unknown): value is Proof {
  const { proof, lanes, features, oracle, rows, scores, labels, golden } = (value ?? {}) as Partial<Proof>;
  if (proof !== 1 || !Array.isArray(lanes) || !Array.isArray(features)) return false;
  if (typeof oracle?.name !== 'string' || typeof oracle.version !== 'string' || typeof rows !== 'number') return false;
  const { compared, bitEqualShare, differenceMax } = (scores ?? {}) as Partial<Proof['scores']>;
  const counts = [compared, bitEqualShare, differenceMax, labels?.compared, labels?.differing];
  return counts.every((count) => typeof count === 'number') && isGolden(golden, features.length, lanes.length);
}

/** Golden rows that check something: at least one, with a value of every feature and every lane. */
function isGolden(golden: Partial<Proof['golden']> | undefined, features: number, lanes: number): boolean {
  const { rows = 0, inputs, outputs } = golden ?? {};
  if (!Number.isSafeInteger(rows) || rows < 1 || !Array.isArray(inputs) || !Array.isArray(outputs)) return false;
  if (inputs.length !== features || outputs.length !== lanes) return false;
  const filled = (column: unknown) => Array.isArray(column) && column.length > 0 && column.length % rows === 0;
  return inputs.every(filled) && outputs.every((column) => Array.isArray(column) && column.length === rows);
}
