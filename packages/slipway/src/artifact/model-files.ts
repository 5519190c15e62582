import { dirname, resolve } from 'node:path';
import type { Launch } from '@slipway/core';
import { proofPath } from './proof-file.ts';

/** Where each file of a model lies, as absolute paths. */
export interface ModelFiles {
  readonly launch: string;
  readonly artifact: string;
  readonly golden: string | null;
  readonly reference: string | null;
  /** Data to evaluate the model on. */
  readonly evaluation: string | null;
  readonly proof: ProofFiles;
}

/** A stored proof is looked for in several places, the best first; a new one is stored in one. */
export interface ProofFiles {
  readonly from: readonly string[];
  readonly to: string;
}

/** The files that a launch file names by paths relative to itself. */
export function filesBeside(launchPath: string, launch: Launch): ModelFiles {
  const at = (path: string) => resolve(dirname(launchPath), path);
  const atOrNone = (path: string | null | undefined) => (path == null ? null : at(path));
  const artifact = at(launch.artifact);
  const proof = proofPath(artifact);
  return {
    launch: launchPath,
    artifact,
    golden: atOrNone(launch.golden),
    reference: atOrNone(launch.monitoring?.reference),
    evaluation: atOrNone(launch.evaluation?.data),
    proof: { from: [proof], to: proof },
  };
}
