import { type Binding, fail, type Launch, lower, openCompiledSession, type Session } from '@slipway/core';
import type { Artifact } from './artifact/read-artifact.ts';

export type EngineChoice = 'auto' | 'compiled' | 'onnxruntime';

/** The session that serves a model, and why this one. */
export interface Engine {
  readonly session: Session;
  /** One clause for people: why this engine. */
  readonly reason: string;
}

export interface EngineRequest {
  readonly launch: Launch;
  readonly artifact: Artifact;
  readonly binding: Binding;
  readonly engine: EngineChoice;
  readonly threads: number;
  readonly synchronous: boolean;
}

/**
 * Chooses and opens the engine: compiled where the graph can be compiled and is proved, else ONNX Runtime. The one
 * place that names concrete sessions; ONNX Runtime is loaded only where it serves or proves.
 * Raises ARTIFACT_UNSUPPORTED or PROOF_FAILED where the choice is `compiled` and it cannot be.
 */
export async function openEngine(request: EngineRequest): Promise<Engine> {
  const { artifact, binding, engine } = request;
  if (engine === 'onnxruntime') return onnxRuntime(request, 'it was asked for');
  const lowering = lower(artifact.model, binding);
  if (lowering.kind === 'refused') {
    const reason = `${lowering.op} (${lowering.node}) cannot be compiled: ${lowering.reason}`;
    if (engine === 'auto') return onnxRuntime(request, reason);
    throw fail('ARTIFACT_UNSUPPORTED', { message: `${reason}.`, where: artifact.path });
  }
  const compiled = openCompiledSession(lowering.program, binding);
  return { session: compiled, reason: 'every operator compiles' };
}

async function onnxRuntime(
  { artifact, binding, threads, synchronous }: EngineRequest,
  reason: string,
): Promise<Engine> {
  const options = { ...artifact, binding, threads };
  if (synchronous) {
    const { openBlockingSession } = await import('./sessions/blocking-session.ts');
    return { session: await openBlockingSession(options), reason };
  }
  const { openOnnxRuntimeSession } = await import('./sessions/onnx-runtime-session.ts');
  return { session: await openOnnxRuntimeSession(options), reason };
}
