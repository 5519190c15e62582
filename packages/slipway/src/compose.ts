import {
  type BatchMeter,
  type Binding,
  fail,
  isSlipwayError,
  type Launch,
  lower,
  openCompiledSession,
  type Program,
  type Proof,
  type Session,
} from '@slipway/core';
import type { ProofFiles } from './artifact/model-files.ts';
import { provedSession } from './artifact/proved-session.ts';
import type { Artifact } from './artifact/read-artifact.ts';
import { nextTurn } from './system/next-turn.ts';

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
  readonly proofFiles: ProofFiles;
  readonly binding: Binding;
  readonly engine: EngineChoice;
  /** Threads inside ONNX Runtime, in each worker. */
  readonly threads: number;
  /** Worker threads where ONNX Runtime serves: null leaves it to machine and model, 0 runs it in the calling thread. */
  readonly workers: number | null;
  readonly synchronous: boolean;
  /** Told of runs and waits where ONNX Runtime serves. */
  readonly meter?: BatchMeter | null;
}

/**
 * Chooses and opens the engine: compiled where the graph can be compiled and is proved, else ONNX Runtime. The one
 * place that names concrete sessions; ONNX Runtime is loaded only where it serves or proves.
 * Raises ARTIFACT_UNSUPPORTED or PROOF_FAILED where the choice is `compiled` and it cannot be.
 */
export async function openEngine(request: EngineRequest): Promise<Engine> {
  const { artifact, binding, engine } = request;
  if (engine === 'onnxruntime') return onnxRuntime(request, 'it was asked for');
  const compilation = await compile(artifact, binding);
  if (compilation.kind === 'left') {
    const { reason, cause } = compilation;
    if (engine === 'auto') return onnxRuntime(request, reason);
    throw fail('ARTIFACT_UNSUPPORTED', { message: `${reason}.`, where: artifact.path, cause });
  }
  const { program, compiled } = compilation;
  await nextTurn();
  const proof = await provedSession({
    launch: request.launch,
    proofFiles: request.proofFiles,
    artifact,
    binding,
    program,
    compiled,
    openOracle: () => openOracle(request),
  });
  if (proof.verdict === 'pass')
    return { session: compiled, reason: 'every operator compiles, and the proof holds', proof };
  const reason = `the compiled engine did not pass its proof: ${proof.reason}`;
  if (engine === 'auto') return onnxRuntime(request, reason);
  throw fail('PROOF_FAILED', { message: `${reason}.`, where: artifact.path });
}

type Compilation =
  | { readonly kind: 'compiled'; readonly program: Program; readonly compiled: Session }
  | { readonly kind: 'left'; readonly reason: string; readonly cause?: unknown };

/**
 * Compiles the model, or says why ONNX Runtime has to run it. An error that is none of ours is a mistake of the
 * compiler: it must not take a model down that ONNX Runtime runs. It takes several turns of the event loop, since another
 * model may be answering meanwhile.
 */
async function compile(artifact: Artifact, binding: Binding): Promise<Compilation> {
  try {
    const lowering = lower(artifact.model, binding);
    if (lowering.kind === 'refused')
      return { kind: 'left', reason: `${lowering.op} (${lowering.node}) cannot be compiled: ${lowering.reason}` };
    const { program } = lowering;
    await nextTurn();
    return { kind: 'compiled', program, compiled: openCompiledSession(program, binding) };
  } catch (thrown) {
    if (isSlipwayError(thrown)) throw thrown;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return { kind: 'left', reason: `the compiler failed: ${text}`, cause: thrown };
  }
}

/** Worker threads run it, so that the calling thread stays free; or waits without a promise where it must. */
async function onnxRuntime(request: EngineRequest, reason: string): Promise<Engine> {
  const { artifact, binding, threads, synchronous } = request;
  const sessions = await import('./sessions/index.ts');
  const workers = request.workers ?? sessions.defaultWorkers(artifact.bytes.length);
  const given = { ...artifact, binding, threads, meter: request.meter ?? null };
  if (synchronous) {
    const session = await sessions.openBlockingSession({ ...given, workers: Math.max(1, workers) });
    return { session, reason, proof: null };
  }
  const open = workers === 0 ? sessions.openOnnxRuntimeSession : sessions.openPooledSession;
  return { session: await open({ ...given, workers }), reason, proof: null };
}

/** ONNX Runtime in this thread, to compare with. */
async function openOracle({ artifact, binding }: EngineRequest): Promise<{ session: Session; version: string }> {
  const { onnxRuntimeVersion, openOnnxRuntimeSession } = await import('./sessions/index.ts');
  // More threads would sum in another order.
  const session = await openOnnxRuntimeSession({ ...artifact, binding, threads: 1 });
  return { session, version: await onnxRuntimeVersion() };
}
