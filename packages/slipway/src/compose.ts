import { type Binding, fail, type Launch, lower, openCompiledSession, type Proof, type Session } from '@slipway/core';
import { provedSession } from './artifact/proved-session.ts';
import type { Artifact } from './artifact/read-artifact.ts';

export type EngineChoice = 'auto' | 'compiled' | 'onnxruntime';

/** The session that serves a model, and why this one. */
export interface Engine {
  readonly session: Session;
  /** One clause for people: why this engine. */
  readonly reason: string;
  /** What the compiled session was proved by; null where ONNX Runtime serves. */
  readonly proof: Proof | null;
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
  // More threads would sum in another order.
  const openOracle = () => openOnnxRuntime({ ...request, threads: 1 });
  const proof = await provedSession({
    launch: request.launch,
    artifact,
    binding,
    program: lowering.program,
    compiled,
    openOracle,
  });
  if (proof.verdict === 'pass')
    return { session: compiled, reason: 'every operator compiles, and the proof holds', proof };
  const reason = `the compiled engine did not pass its proof: ${proof.reason}`;
  if (engine === 'auto') return onnxRuntime(request, reason);
  throw fail('PROOF_FAILED', { message: `${reason}.`, where: artifact.path });
}

async function onnxRuntime(request: EngineRequest, reason: string): Promise<Engine> {
  if (!request.synchronous) return { session: (await openOnnxRuntime(request)).session, reason, proof: null };
  const { openBlockingSession } = await import('./sessions/index.ts');
  const { artifact, binding, threads } = request;
  return { session: await openBlockingSession({ ...artifact, binding, threads }), reason, proof: null };
}

async function openOnnxRuntime({
  artifact,
  binding,
  threads,
}: EngineRequest): Promise<{ session: Session; version: string }> {
  const { onnxRuntimeVersion, openOnnxRuntimeSession } = await import('./sessions/index.ts');
  const session = await openOnnxRuntimeSession({ ...artifact, binding, threads });
  return { session, version: await onnxRuntimeVersion() };
}
