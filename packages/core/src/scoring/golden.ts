import type { Value } from '../contract/index.ts';
import { fail, isSlipwayError } from '../errors/index.ts';
import type { Predictor } from './predictor.ts';

/**
 * Records with the outputs that the model must give for them, as `golden` in a launch file names them. Decisions are not
 * compared: they follow the threshold, which is the launch file's to change.
 */
export interface GoldenRows {
  /**
   * How far a score may lie from its expected value, relative to it above 1: other engines sum float32 in another order.
   */
  readonly tolerance: number;
  readonly rows: readonly GoldenRow[];
}

export interface GoldenRow {
  readonly record: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Reads a golden file: `{ "golden": 1, "tolerance": 1e-6, "rows": [{ "record", "outputs" }] }`. */
export function parseGolden(text: string, file: string): GoldenRows {
  const bad = (message: string) =>
    fail('LAUNCH_INVALID', { message, where: file, hint: 'Write the golden rows again with `slipway train`.' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`The golden rows are not JSON: ${cause instanceof Error ? cause.message : cause}.`);
  }
  const { golden, tolerance = 1e-6, rows } = (value ?? {}) as Record<string, unknown>;
  if (golden !== 1) throw bad('The file does not say `"golden": 1`.');
  if (typeof tolerance !== 'number' || tolerance < 0) throw bad('`tolerance` is not a number from 0 up.');
  if (!Array.isArray(rows) || !rows.every(isGoldenRow))
    throw bad('`rows` is not a list of { "record": {…}, "outputs": {…} }.');
  if (rows.length === 0) throw bad('`rows` is empty: golden rows that are none prove nothing.');
  return { tolerance, rows };
}

export function writeGolden(golden: GoldenRows): string {
  const rows = golden.rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `{\n  "golden": 1,\n  "tolerance": ${golden.tolerance},\n  "rows": [\n${rows}\n  ]\n}\n`;
}

/** What differs between the golden rows and what the model answers now: empty when all is well. One line a row. */
export async function goldenDifferences(predictor: Predictor, golden: GoldenRows): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const [index, row] of golden.rows.entries()) {
    const difference = await rowDifference(predictor, row, golden.tolerance);
    if (difference !== null) differences.push(`golden row ${index + 1}: ${difference}`);
  }
  return differences;
}

async function rowDifference(predictor: Predictor, row: GoldenRow, tolerance: number): Promise<string | null> {
  try {
    const { outputs } = await predictor.predict(row.record, { plain: true });
    const name = comparedFields(predictor, row).find(
      (field) => !Object.hasOwn(outputs, field) || !near(outputs[field] ?? null, row.outputs[field] ?? null, tolerance),
    );
    if (name === undefined) return null;
    if (!Object.hasOwn(outputs, name)) return `there is no output ${JSON.stringify(name)}`;
    return `${name} is ${JSON.stringify(outputs[name])}, expected was ${JSON.stringify(row.outputs[name])}`;
  } catch (thrown) {
    if (isSlipwayError(thrown)) return thrown.message;
    throw thrown;
  }
}

function comparedFields(predictor: Predictor, row: GoldenRow): string[] {
  const decisions = predictor.launch.output.fields.filter((field) => field.kind === 'decision');
  return Object.keys(row.outputs).filter((name) => !decisions.some((decision) => decision.name === name));
}

function near(value: Value, expected: Value, tolerance: number): boolean {
  if (typeof value === 'number' && typeof expected === 'number') {
    return Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected));
  }
  if (!Array.isArray(value) || !Array.isArray(expected)) return value === expected;
  return value.length === expected.length && value.every((part, index) => near(part, expected[index], tolerance));
}

function isGoldenRow(value: unknown): value is GoldenRow {
  const { record, outputs } = (value ?? {}) as Record<string, unknown>;
  return isObject(record) && isObject(outputs);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
