// Compiles the model at a path in a process that has done nothing before, and prints what that took as JSON.
import { readFileSync } from 'node:fs';
import { type Binding, decodeModel, lower, openCompiledSession, type Session } from '@slipway/core';
import { wholeBinding } from '@slipway/testkit';

export interface CompileFigures {
  readonly artifactBytes: number;
  readonly decodeMs: number;
  readonly lowerMs: number;
  readonly emitMs: number;
  readonly firstRowMs: number;
  /** Processor time of lowering, emitting and the first row, with the collector's and the optimiser's threads. */
  readonly cpuMs: number;
  /** Heap and external memory that a session keeps. */
  readonly sessionBytes: number;
}

const [path] = process.argv.slice(2);
if (path?.endsWith('.onnx')) {
  const bytes = readFileSync(path);
  const sessions: Session[] = [];
  const times = open(bytes, sessions);
  // The first session's share holds the compiler's own code; a second one weighs what a session weighs.
  const before = usedBytes();
  open(bytes, sessions);
  const sessionBytes = usedBytes() - before;
  console.log(JSON.stringify({ ...times, artifactBytes: bytes.length, sessionBytes } satisfies CompileFigures));
}

function open(bytes: Uint8Array, sessions: Session[]): Omit<CompileFigures, 'artifactBytes' | 'sessionBytes'> {
  const started = performance.now();
  const model = decodeModel(bytes);
  const binding: Binding = wholeBinding(model);
  const decoded = performance.now();
  const processor = process.cpuUsage();
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const lowered = performance.now();
  const session = openCompiledSession(lowering.program, binding);
  const opened = performance.now();
  session.row?.(new Float64Array(binding.inputs.length), [], new Float64Array(binding.outputs.length));
  const answered = performance.now();
  const { user, system } = process.cpuUsage(processor);
  session.run({ rows: 300, columns: binding.inputs.map(() => new Float64Array(300)) });
  sessions.push(session);
  return {
    decodeMs: decoded - started,
    lowerMs: lowered - decoded,
    emitMs: opened - lowered,
    firstRowMs: answered - opened,
    cpuMs: (user + system) / 1000,
  };
}

function usedBytes(): number {
  for (let times = 0; times < 4; times++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
