import type { Output } from './io.ts';
import { grouped } from './lines.ts';

export interface ProgressLine {
  show(rows: number, total: number | null): void;
  /** Takes the bar away; a person sees the result in its place. */
  clear(): void;
}

const barWidth = 30;

/** A bar that is drawn over itself on a terminal; a line at each tenth elsewhere; nothing where `quiet`. */
export function progressLine(output: Output, quiet: boolean): ProgressLine {
  if (quiet) return { show: () => {}, clear: () => {} };
  return output.isTTY ? bar(output) : lines(output);
}

function bar(output: Output): ProgressLine {
  let drawn = '';
  return {
    show(rows, total) {
      const line = barText(rows, total).slice(0, output.columns - 1);
      if (line === drawn) return;
      drawn = line;
      output.write(`\r\u001b[2K${line}`);
    },
    clear() {
      if (drawn !== '') output.write('\r\u001b[2K');
      drawn = '';
    },
  };
}

/** Whole percents only, so that a fast run does not spend its time on drawing. */
function barText(rows: number, total: number | null): string {
  if (total === null || total === 0) return `scoring ${grouped(Math.floor(rows / 100_000) * 100_000)} rows`;
  const percent = Math.min(100, Math.floor((rows * 100) / total));
  const full = Math.round((percent * barWidth) / 100);
  return `scoring ${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent}% of ${grouped(total)} rows`;
}

function lines(output: Output): ProgressLine {
  let told = 0;
  return {
    show(rows, total) {
      if (total === null || total === 0) return;
      const tenth = Math.floor((rows * 10) / total);
      if (tenth <= told || tenth >= 10) return;
      told = tenth;
      output.write(`scoring: ${tenth * 10}% of ${grouped(total)} rows\n`);
    },
    clear: () => {},
  };
}
