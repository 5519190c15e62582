import type { Command } from 'commander';
import { examine } from '../../doctor/examine.ts';
import type { CheckResult } from '../../doctor/run-checks.ts';
import { systemClock } from '../../system/clock.ts';
import { afterTimeout } from '../../system/timers.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type Style, styleFor } from '../style.ts';

const examples = `
Tries every connection that the settings name, each within 10 seconds, and says what is wrong and what to do. It changes
nothing: what it puts into the artifact store it takes out again. Exit code 10 when something fails.

Examples:
  slipway doctor
  slipway doctor --json                   for a script or a readiness check
  SLIPWAY_ENV=production slipway doctor   with the settings of an environment`;

export function configure(command: Command, io: Io): void {
  command
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(async ({ json }: { readonly json?: boolean }) => {
      const results = await examine({ folder: io.cwd, env: io.env, clock: systemClock, after: afterTimeout });
      io.stdout.write(json ? jsonText(results) : resultsText(results, styleFor(io.stdout, io.env)));
      const code = failures(results) > 0 ? verdictExitCodes.fail : 0;
      io.exit(code);
      // What did not answer may still hold the process; nobody waits for it any more.
      if (results.some(({ timedOut }) => timedOut)) process.exit(code);
    });
}

function jsonText(results: readonly CheckResult[]): string {
  const verdict = failures(results) > 0 ? 'fail' : 'pass';
  const checks = results.map(({ name, state, text, hint }) => ({ name, state, text, hint }));
  return `${JSON.stringify({ verdict, checks }, null, 2)}\n`;
}

function resultsText(results: readonly CheckResult[], style: Style): string {
  const width = Math.max(...results.map(({ name }) => name.length));
  const marks = { ok: style.green('✓'), warn: style.yellow('!'), fail: style.red('✗'), skip: style.dim('-') };
  const lines = results.flatMap(({ name, state, text, hint }) => {
    const [first = '', ...rest] = text.split('\n');
    const said = state === 'skip' ? style.dim(first) : first;
    const indent = ' '.repeat(width + 6);
    const hints = hint === null ? [] : [`${indent}${style.dim('hint')}  ${hint}`];
    return [`  ${marks[state]} ${name.padEnd(width)}  ${said}`, ...rest.map((line) => `${indent}${line}`), ...hints];
  });
  return `${lines.join('\n')}\n\n${endText(results, style)}\n`;
}

function endText(results: readonly CheckResult[], style: Style): string {
  const failed = failures(results);
  const warned = results.filter(({ state }) => state === 'warn').length;
  const notes = warned === 0 ? '' : `, ${warned} to look at`;
  if (failed > 0) return style.red(`fail: ${failed} of ${results.length} checks${notes}`);
  return style.green(`pass: nothing is broken${notes}`);
}

function failures(results: readonly CheckResult[]): number {
  return results.filter(({ state }) => state === 'fail').length;
}
