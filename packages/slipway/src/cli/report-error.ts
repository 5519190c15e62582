import { asSlipwayError, type SlipwayError } from '@slipway/core';
import { CommanderError } from 'commander';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { type Style, styleFor } from './style.ts';
import { usageError } from './usage-error.ts';

/**
 * Prints what went wrong and records the exit code of its kind. With `--json` among the arguments the error is one JSON
 * document on stderr. Stacks are for whoever sets SLIPWAY_DEBUG.
 */
export function reportError(thrown: unknown, argv: readonly string[], io: Io): void {
  // A group of commands without one of them: its help is on stderr already, and says what was left out.
  if (thrown instanceof CommanderError && thrown.code === 'commander.help') {
    io.exit(exitCodes.invalid);
    return;
  }
  const error = thrown instanceof CommanderError ? usageError(thrown, argv) : asSlipwayError(thrown);
  const asJson = argv.includes('--json');
  io.stderr.write(
    asJson ? `${JSON.stringify({ error: errorJson(error) })}\n` : errorText(error, styleFor(io.stderr, io.env)),
  );
  if (io.env.SLIPWAY_DEBUG) io.stderr.write(`${trace(error)}\n`);
  io.exit(exitCodes[error.kind]);
}

function errorJson({ code, kind, message, where, hint, details }: SlipwayError): Record<string, unknown> {
  return { code, kind, message, where, hint, details };
}

function errorText({ code, message, where, hint }: SlipwayError, style: Style): string {
  const lines = [`${style.red(code)}: ${message}`];
  if (where !== undefined) lines.push(`  ${style.dim('where')}  ${where}`);
  lines.push(`  ${style.dim('hint')}   ${hint}`);
  return `${lines.join('\n')}\n`;
}

function trace(error: Error): string {
  const own = error.stack ?? error.message;
  if (!(error.cause instanceof Error)) return own;
  return `${own}\ncaused by: ${trace(error.cause)}`;
}
