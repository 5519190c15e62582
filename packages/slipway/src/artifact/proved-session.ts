import {
  type Binding,
  checkGolden,
  type Launch,
  type Program,
  type Proof,
  proofHolds,
  proveSession,
  type Session,
} from '@slipway/core';
import { uniform } from '../system/random.ts';
import type { ProofFiles } from './model-files.ts';
import { readProof, writeProof } from './proof-file.ts';
import type { Artifact } from './read-artifact.ts';

export interface ProofTask {
  readonly launch: Launch;
  readonly artifact: Artifact;
  readonly proofFiles: ProofFiles;
  readonly binding: Binding;
  readonly program: Program;
  readonly compiled: Session;
  /** Opens ONNX Runtime on the same artifact; called only where a new proof is needed. */
  readonly openOracle: () => Promise<{ readonly session: Session; readonly version: string }>;
}

/**
 * The proof of a compiled session: the stored one where it is about this artifact, engine and contract and the golden
 * rows still give the same bits; else a new one, made against ONNX Runtime and stored where the next start finds it.
 */
export async function provedSession(task: ProofTask): Promise<Proof> {
  const { artifact, compiled, launch, proofFiles } = task;
  for (const path of proofFiles.from) {
    const stored = await readProof(path);
    if (
      stored !== null &&
      proofHolds(stored, artifact.digest, compiled, launch.input) &&
      checkGolden(compiled, stored).verdict === 'pass'
    ) {
      return stored;
    }
  }
  const proof = await newProof(task);
  await writeProof(proofFiles.to, proof);
  return proof;
}

async function newProof({ launch, artifact, program, compiled, openOracle }: ProofTask): Promise<Proof> {
  const oracle = await openOracle();
  const seed = seedOf(artifact.digest);
  let draws = 0;
  try {
    return await proveSession({
      program,
      compiled,
      oracle: oracle.session,
      oracleName: 'onnxruntime-node',
      oracleVersion: oracle.version,
      artifact: artifact.digest,
      contract: launch.input,
      golden: null,
      random: () => uniform(seed, draws++, 0),
      seed,
    });
  } finally {
    await oracle.session.close();
  }
}

/** The same artifact is always proved on the same rows. */
function seedOf(digest: string): number {
  return Number.parseInt(digest.slice('sha256:'.length, 'sha256:'.length + 8), 16);
}
