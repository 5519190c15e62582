// What 200 cycles of load and unload leave behind: npx node scripts/load-cycles.ts [CYCLES].
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeLearnerLaunch } from '@slipway/testkit';

const program = fileURLToPath(new URL('../packages/slipway/src/cli/fixtures/load-cycles.ts', import.meta.url));
const cycles = process.argv[2] ?? '200';
const root = mkdtempSync(join(tmpdir(), 'slipway-load-cycles-'));
try {
  const launch = writeLearnerLaunch(root);
  const runs = Object.fromEntries(
    ['compiled', 'onnxruntime'].map((engine) => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', program, launch, cycles, '20', engine], {
        encoding: 'utf8',
      });
      if (stdout === '') throw new Error(stderr);
      return [engine, JSON.parse(stdout)];
    }),
  );
  const about = `heap, memory and threads of a process before and after ${cycles} cycles of load, predict and unload, with nothing loaded and garbage collected; 20 cycles went before`;
  const report = { about, date: new Date().toISOString(), runs };
  writeFileSync(new URL('../bench/results/load-cycles.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  console.log(JSON.stringify(report, null, 2));
} finally {
  rmSync(root, { recursive: true, force: true });
}
