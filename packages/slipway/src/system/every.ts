/** Calls `tick` again and again until the answered function is called. Passed in, so that tests turn the wheel themselves. */
export type Every = (intervalMs: number, tick: () => void) => () => void;

/** The machine's timer. It never keeps a process alive on its own. */
export const everyInterval: Every = (intervalMs, tick) => {
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
};
