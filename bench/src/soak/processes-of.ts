import { readdirSync, readFileSync } from 'node:fs';

/** The children of a process, in the order of their ids. */
export function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    })
    .toSorted((a, b) => a - b);
}

/** Megabytes that a process holds; null where it has gone. */
export function memoryMb(pid: number): number | null {
  try {
    const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kB === undefined ? null : Number(kB) / 1024;
  } catch {
    return null;
  }
}
