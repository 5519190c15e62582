import type { Output } from './io.ts';
import { grouped } from './lines.ts';

export interface Progress {
  readonly rows: number;
  /** Null while nobody knows. */
  readonly total: number | null;
}

export interface ProgressReport {
  show(progress: Progress): void;
  /** Clears the bar; may be called again. */
  end(): void;
}

const barMs = 100;
const lineMs = 5000;
const barWidth = 24;

/** A bar that is drawn over and over on a terminal; elsewhere a line now and then, for logs. */
export function progressReport(output: Output, monotonicMs: () => number): ProgressReport {
  const start = monotonicMs();
  const every = output.isTTY ? barMs : lineMs;
  let last = start;
  let isDrawn = false;
  return {
    show(progress) {
      const now = monotonicMs();
      if (now - last < every) return;
      last = now;
      const text = progressText(progress, now - start);
      if (!output.isTTY) {
        output.write(`${text}\n`);
        return;
      }
      isDrawn = true;
      const bar = progress.total === null ? '' : `${barOf(progress.rows / Math.max(1, progress.total))} `;
      output.write(`\r${`${bar}${text}`.slice(0, output.columns - 1)}\u001b[K`);
    },
    end() {
      if (isDrawn) output.write('\r\u001b[K');
      isDrawn = false;
    },
  };
}

function progressText({ rows, total }: Progress, elapsedMs: number): string {
  const of = total === null ? '' : ` of ${grouped(total)}`;
  const rate = grouped(Math.round((1000 * rows) / Math.max(1, elapsedMs)));
  return `${grouped(rows)}${of} rows, ${rate} a second`;
}

function barOf(part: number): string {
  const full = Math.round(Math.min(1, part) * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${String(Math.round(Math.min(1, part) * 100)).padStart(3)} %`;
}
