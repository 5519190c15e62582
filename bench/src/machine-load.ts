import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/** How much else the machine had to do while something was measured. */
export interface MachineLoad {
  /** Load average of the last minute, before the first measurement and at its most since. */
  readonly before: number;
  readonly most: number;
  /** The share of the machine's processor time that other processes took meanwhile; null where the machine does not tell. */
  readonly othersShare: number | null;
  /** Figures of a busy machine show that a bench works, and are not to be quoted. */
  readonly busy: boolean;
}

/** From here on somebody else disturbs. */
const othersShareMax = 0.05;
const loadMax = 1;
const lookMs = 1000;

/** Watches from now on; `end` answers what it saw. All that the bench started must have ended by then, to count as its own. */
export function watchMachine(): { readonly end: () => MachineLoad } {
  const [before = Number.NaN] = loadavg();
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, loadavg()[0] ?? 0);
  }, lookMs);
  look.unref();
  const from = ticks();
  return {
    end() {
      clearInterval(look);
      const to = ticks();
      const all = to.all - from.all;
      const share = all > 0 ? Math.max(0, to.busy - from.busy - (to.own - from.own)) / all : null;
      return { before, most, othersShare: share, busy: share === null ? before > loadMax : share > othersShareMax };
    },
  };
}

/** Ticks of the clock since the machine started: of all cores, those that were not idle, and those of this process and its ended children. */
function ticks(): { readonly all: number; readonly busy: number; readonly own: number } {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    // user, nice, system, idle, waiting for disks, interrupts, soft interrupts, stolen by other machines
    const parts = line.split(/\s+/).slice(1, 9).map(Number);
    const all = parts.reduce((sum, part) => sum + part, 0);
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const own = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    return { all, busy: all - (parts[3] ?? 0) - (parts[4] ?? 0), own: own.reduce((sum, part) => sum + part, 0) };
  } catch {
    return { all: 0, busy: 0, own: 0 };
  }
}
