import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

// Everything that can be said of the repository without running the product. `npm run check`.

interface Check {
  readonly name: string;
  /** A tool in node_modules/.bin, or a script of ours, and its arguments. */
  readonly command: readonly [string, ...string[]];
}

interface Outcome {
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

const checks: readonly Check[] = [
  { name: 'types of core alone', command: ['tsc', '-p', 'packages/core'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'house rules', command: ['vitest', 'run', '--reporter=dot', 'tidy.test.ts', 'scripts/tidy'] },
  { name: 'dead code', command: ['knip', '--treat-config-hints-as-errors'] },
  { name: 'generated files', command: ['vitest', 'run', '--reporter=dot', 'scripts/generate.test.ts'] },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const started = performance.now();
const outcomes = await Promise.all(checks.map(report));
const failed = outcomes.filter(({ passed }) => !passed).length;
const verdict = failed === 0 ? `all ${checks.length} checks passed` : `${failed} of ${checks.length} checks failed`;
console.log(`${verdict} in ${secondsSince(started).toFixed(1)} s`);
process.exitCode = failed === 0 ? 0 : 1;

/** Prints one line, and what the tool said where it found something. */
async function report(check: Check): Promise<Outcome> {
  const outcome = await run(check);
  console.log(`${outcome.passed ? 'ok    ' : 'FAILED'} ${check.name.padEnd(20)} ${outcome.seconds.toFixed(1)} s`);
  if (!outcome.passed) console.log(outcome.output.replaceAll(/^/gm, '  '));
  return outcome;
}

function run({ command: [tool, ...words] }: Check): Promise<Outcome> {
  const from = performance.now();
  return new Promise((resolve) => {
    const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
    execFile(`${root}node_modules/.bin/${tool}`, words, options, (error, stdout, stderr) => {
      resolve({ passed: error === null, output: `${stdout}${stderr}`.trim(), seconds: secondsSince(from) });
    });
  });
}

function secondsSince(from: number): number {
  return (performance.now() - from) / 1000;
}
