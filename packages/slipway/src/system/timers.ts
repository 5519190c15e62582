/** Calls `tick` again and again until the answered function is called. Passed in, so that tests turn the wheel themselves. */
export type Every = (intervalMs: number, tick: () => void) => () => void;

/** Calls `then` once, unless the answered function is called before. */
export type After = (ms: number, then: () => void) => () => void;

/** The machine's timers. None of them keeps a process alive on its own. */
export const everyInterval: Every = (intervalMs, tick) => {
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
};

export const afterTimeout: After = (ms, then) => {
  const timer = setTimeout(then, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/**
 * For somebody who waits: keeps the process alive until then. Timers count whole milliseconds; less than one is a turn
 * of the event loop, after which the caller looks at its clock again.
 */
export const afterTimeoutAwake: After = (ms, then) => {
  if (ms < 1) {
    const turn = setImmediate(then);
    return () => clearImmediate(turn);
  }
  const timer = setTimeout(then, Math.ceil(ms));
  return () => clearTimeout(timer);
};
