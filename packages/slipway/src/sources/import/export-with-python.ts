import { fail, type SlipwayError } from '@slipway/core';
import type { ImportWords } from './draft-import.ts';
import { runProcess } from './run-process.ts';

export interface PythonOptions {
  /** The Python to run, as the command line or the environment names it. */
  readonly command: string;
  /** Loading and exporting may take this long. */
  readonly answerMsMax: number;
  /** What it finds in its environment; that of this process by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface PythonTask {
  readonly file: string;
  readonly data: string;
  readonly out: string;
  readonly words: ImportWords;
  readonly python: PythonOptions;
}

/** What slipway-export reports of its work. */
export interface PythonExport {
  readonly files: readonly string[];
  /** Choices that were made, warnings, and how well the artifact agrees with the original model. */
  readonly notes: readonly string[];
}

/**
 * Loads a pickled model in a Python process of its own and lets slipway-export write its files into a folder: a crash,
 * an endless loop or a flood of output stays there. Raises PYTHON_UNAVAILABLE and EXPORT_FAILED.
 */
export async function exportWithPython(task: PythonTask): Promise<PythonExport> {
  const { file, data, out, words, python } = task;
  const argv = ['-m', 'slipway_export', file, '--data', data, '--out', out];
  argv.push(`--name=${words.model}`, `--version=${words.version}`);
  const { team, contact } = words.owner;
  argv.push(`--owner=${team}`, `--contact=${contact}`);
  const ended = await runProcess({ ...python, argv });
  if (ended.startError !== null) throw noPython(python.command, ended.startError);
  if (ended.overTime) {
    const message = `Python did not finish within ${Math.round(python.answerMsMax / 1000)} s and was stopped.`;
    throw fail('EXPORT_FAILED', {
      message,
      where: file,
      hint: 'Export the model in Python: slipway_export.export(...).',
    });
  }
  const last = lastJson(ended.stdout);
  const { error } = last as { readonly error?: unknown };
  if (error !== undefined) throw reported(error, file);
  if (ended.code === 0 && last !== null && Array.isArray(last.files)) {
    const notes = [...agreementNotes(last.agreement), ...texts(last.notes), ...texts(last.warnings)];
    return { files: texts(last.files), notes };
  }
  if (/No module named '?slipway_export/.test(ended.stderr)) throw noPackage(python.command);
  const how = ended.signal === null ? `with exit code ${ended.code}` : `by the signal ${ended.signal}`;
  const said = ended.stderr.trim().split('\n').slice(-3).join(' ').slice(-500);
  const message = `Python ended ${how} and said nothing of the export${said === '' ? '' : `: ${said}`}.`;
  throw fail('EXPORT_FAILED', { message, where: file });
}

/** The last line of the output that is a JSON object; libraries print what they like before it. */
function lastJson(stdout: string): Readonly<Record<string, unknown>> {
  for (const line of stdout.trimEnd().split('\n').reverse().slice(0, 20)) {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch {}
  }
  return {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}

/** What the package found when it compared the artifact with the original model, for each kind of rows. */
function agreementNotes(agreement: unknown): string[] {
  if (typeof agreement !== 'object' || agreement === null) return [];
  return Object.entries(agreement).flatMap(([kind, found]) => {
    const { rows, score_difference: apart } = (found ?? {}) as Record<string, unknown>;
    if (typeof rows !== 'number' || typeof apart !== 'number') return [];
    return [`the original model agrees on ${rows} rows (${kind}): scores within ${apart.toPrecision(2)}`];
  });
}

function reported(error: unknown, where: string): SlipwayError {
  const { code, message, hint } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const text = typeof message === 'string' ? message : 'The package gave no reason.';
  return fail('EXPORT_FAILED', {
    message: typeof code === 'string' ? `${code}: ${text}` : text,
    where,
    ...(typeof hint === 'string' ? { hint } : {}),
  });
}

function noPython(command: string, cause: Error): SlipwayError {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return fail('PYTHON_UNAVAILABLE', {
    message: `Python cannot be started as ${JSON.stringify(command)}: ${missing ? 'there is no such program' : cause.message}.`,
    hint: 'Name the Python that has slipway-export with --python PATH, or in SLIPWAY_PYTHON.',
    cause,
  });
}

function noPackage(command: string): SlipwayError {
  return fail('PYTHON_UNAVAILABLE', {
    message: `The Python ${JSON.stringify(command)} does not have the package slipway-export.`,
    hint: `Install it: ${command} -m pip install slipway-export (in the repository: pip install ./python).`,
  });
}
