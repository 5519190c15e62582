import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Where process ids mean what they mean here: the host and, where there are such, the namespace of process ids. Two
 * containers may have one host name and one folder, and neither sees the processes of the other. Letters, digits and
 * hyphens only.
 */
export function ownPlace(): string {
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, '-') || 'host';
  const space = pidNamespace();
  return space === null ? host : `${host}-${space}`;
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

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '') || null;
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
