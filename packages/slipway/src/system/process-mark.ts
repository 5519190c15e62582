import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What the system says of where a process runs; null for what it does not say. */
export interface Surroundings {
  readonly host: string;
  /** Of the running kernel: drawn anew at each start of a machine, so also two that were made from one image differ. */
  readonly bootId: string | null;
  /** Of the namespace of process ids. The first one has the same number on every machine. */
  readonly namespace: string | null;
}

/**
 * Where process ids mean what they mean here: the host, the running kernel and the namespace of process ids, as far as
 * the system tells. Machines and containers may have one host name and share one folder, and none sees the processes of
 * the other. A machine that was started again is another place: its process ids began anew. Letters, digits and hyphens
 * only.
 */
export function ownPlace(surroundings: Surroundings = ownSurroundings()): string {
  const { host, bootId, namespace } = surroundings;
  const name = host.replaceAll(/[^A-Za-z0-9-]/g, '-') || 'host';
  const kernel = bootId?.replaceAll(/[^0-9a-f]/g, '').slice(0, 12) ?? null;
  return [name, kernel, namespace].filter((part) => part !== null && part !== '').join('-');
}

/** This process: its id and, where the system tells, when it began: `4711-88123`. Ids are given again, both are not. */
export function ownProcess(): string {
  const began = beganAt(process.pid);
  return began === null ? String(process.pid) : `${process.pid}-${began}`;
}

/** Whether the process that `ownProcess` named lives, in the place of this one. */
export function isAlive(mark: string): boolean {
  const [pid = '', began] = mark.split('-');
  try {
    process.kill(Number(pid), 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const found = began === undefined ? null : beganAt(Number(pid));
  return found === null || found === began;
}

function ownSurroundings(): Surroundings {
  return {
    host: hostname(),
    bootId: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
    namespace: orNull(() => readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')),
  };
}

function orNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Ticks since the machine began; null where the system does not tell. */
function beganAt(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program may hold anything; the fields that follow its last parenthesis begin with the third.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
