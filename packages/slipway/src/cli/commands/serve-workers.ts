import { clusterWorkers } from '../../online/workers/cluster-workers.ts';
import { createMergedMetrics } from '../../online/workers/merged-metrics.ts';
import { supervise } from '../../online/workers/supervisor.ts';
import { systemClock } from '../../system/clock.ts';
import { onHangUp, stopSignal } from '../../system/signals.ts';
import { afterTimeout } from '../../system/timers.ts';
import { openLog } from '../../telemetry/log.ts';
import type { Io } from '../io.ts';
import type { ServeOptions } from './serve-options.ts';

/** Serves with several processes, which this one starts, replaces and ends. It answers no request itself. */
export async function serveWithWorkers(options: ServeOptions, io: Io): Promise<void> {
  const format = options.logFormat ?? (io.stderr.isTTY ? 'text' : 'json');
  const logging = openLog({ level: options.logLevel, descriptor: 2, format, wallMs: systemClock.wallMs });
  const { log } = logging;
  let line = '';
  const start = clusterWorkers({
    metrics: createMergedMetrics(),
    after: afterTimeout,
    onLine(ready) {
      line ||= ready;
    },
  });
  const supervisor = supervise({ ...systemClock, workers: options.workers, start, log, after: afterTimeout });
  const stopped = stopSignal(() => supervisor.kill());
  const code = await Promise.race([supervisor.begun, stopped.then(() => null)]);
  if (code !== null) {
    // What is wrong the worker has said.
    await supervisor.stop();
    io.exit(code);
    return;
  }
  const end = onHangUp(() => {
    log.info({ workers: options.workers }, 'replacing the workers one by one');
    void supervisor.restart().then(() => log.info({ pids: supervisor.pids() }, 'all workers are replaced'));
  });
  // Last: whoever reads it may send a signal at once.
  io.stdout.write(options.json === true ? withWorkers(line, supervisor.pids()) : line);
  await stopped;
  end();
  await supervisor.stop();
  log.info({}, 'stopped');
  await logging.flush();
}

/** The ready line of a worker as that of them all. */
function withWorkers(line: string, workers: readonly number[]): string {
  if (line === '') return '';
  return `${JSON.stringify({ ...JSON.parse(line), pid: process.pid, workers })}\n`;
}
