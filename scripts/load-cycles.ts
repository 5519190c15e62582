// What 200 cycles of load and unload leave behind: npx node scripts/load-cycles.ts [CYCLES].
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';

const program = fileURLToPath(new URL('../packages/slipway/src/cli/fixtures/load-cycles.ts', import.meta.url));
const cycles = process.argv[2] ?? '200';
// What the allocator of glibc keeps for threads that have ended is no leak: with few arenas it is not there.
const cases = [
  { engine: 'compiled', env: {} },
  { engine: 'onnxruntime', env: {} },
  { engine: 'onnxruntime', env: { MALLOC_ARENA_MAX: '1' } },
];
const root = mkdtempSync(join(tmpdir(), 'slipway-load-cycles-'));
try {
  const launch = writeLearnerLaunch(root);
  const runs = Object.fromEntries(
    cases.map(({ engine, env }) => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', program, launch, cycles, '20', engine], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      });
      if (stdout === '') throw new Error(stderr);
      return [[engine, ...Object.entries(env).map((pair) => pair.join('='))].join(' '), JSON.parse(stdout)];
    }),
  );
  const about = `heap, memory and threads of a process before and after ${cycles} cycles of load, predict and unload, with nothing loaded and garbage collected; 20 cycles went before`;
  const report = { about, date: new Date().toISOString(), runs };
  writeFileSync(new URL('../bench/results/load-cycles.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  console.log(JSON.stringify(report, null, 2));
} finally {
  rmSync(root, { recursive: true, force: true });
}
