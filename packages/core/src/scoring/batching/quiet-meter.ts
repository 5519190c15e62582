import type { BatchMeter } from './ports.ts';

/** A meter that is told, and whose own failures cost no answer. */
export function quietMeter(meter: BatchMeter | null): BatchMeter {
  const tell = (what: (meter: BatchMeter) => void): void => {
    if (meter === null) return;
    try {
      what(meter);
    } catch {
      // What it could not count is lost, and no call with it.
    }
  };
  return {
    run: (rows, calls) => tell((to) => to.run(rows, calls)),
    wait: (ms) => tell((to) => to.wait(ms)),
    reject: (reason) => tell((to) => to.reject(reason)),
    learned: (perRowMs, fixedMs) => tell((to) => to.learned(perRowMs, fixedMs)),
    recycle: () => tell((to) => to.recycle()),
  };
}
