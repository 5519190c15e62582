/** Resolves at the first signal to end; the second ends the process without waiting for anything. */
export function stopSignal(onSecond: () => void = () => {}): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const onSignal = (code: number) => () => {
      signals += 1;
      if (signals > 1) {
        onSecond();
        process.exit(128 + code);
      }
      resolve();
    };
    process.on('SIGTERM', onSignal(15));
    process.on('SIGINT', onSignal(2));
  });
}

/**
 * The same for one of several workers. A terminal sends its signals to all of them, and the supervisor another: it is
 * the one who ends a worker that takes too long. A worker without a supervisor ends as well.
 */
export function stopOfWorker(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
    process.on('SIGHUP', () => {});
    process.on('disconnect', () => resolve());
  });
}

/** Calls `then` whenever the process is asked to begin anew. Answers how to end that. */
export function onHangUp(then: () => void): () => void {
  process.on('SIGHUP', then);
  return () => {
    process.off('SIGHUP', then);
  };
}
