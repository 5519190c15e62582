import type { Io, Output } from './io.ts';

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** Colours for a terminal; text as it is elsewhere, and where NO_COLOR is set to anything (no-color.org). */
export function styleFor(output: Output, env: Io['env']): Style {
  const coloured = output.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  const sequence = (open: number, close: number): Paint =>
    coloured ? (text) => `\u001b[${open}m${text}\u001b[${close}m` : (text) => text;
  return {
    bold: sequence(1, 22),
    dim: sequence(2, 22),
    red: sequence(31, 39),
    green: sequence(32, 39),
    yellow: sequence(33, 39),
  };
}
