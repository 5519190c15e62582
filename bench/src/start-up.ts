import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BenchReport, describeMachine, measurement, target } from './report.ts';

const bin = fileURLToPath(new URL('../../packages/slipway/bin/slipway.js', import.meta.url));

/** Whole processes: `slipway --version` against a Node that does nothing, in turn. */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const rounds = short ? 11 : 41;
  const version: number[] = [];
  const nothing: number[] = [];
  // One of each first, so that both find their files in the page cache.
  for (let round = -1; round < rounds; round++) {
    const ours = millisecondsOf([bin, '--version']);
    const theirs = millisecondsOf(['-e', '0']);
    if (round < 0) continue;
    version.push(ours);
    nothing.push(theirs);
  }
  const ratios = version.map((ms, round) => ms / (nothing[round] as number)).sort((a, b) => a - b);
  const ratio = ratios[ratios.length >> 1] as number;
  return {
    name: 'start-up',
    about: 'whole processes, wall time, in turn; the ratio is the median of the pairs',
    date: new Date().toISOString(),
    short,
    machine: describeMachine({}),
    measurements: [
      measurement('slipway --version', 'slipway', 'ms', version),
      measurement('node -e 0', 'node', 'ms', nothing),
    ],
    targets: [target('slipway --version / node -e 0', ratio, 1.6, { lower: true })],
  };
}

function millisecondsOf(args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - started;
}
