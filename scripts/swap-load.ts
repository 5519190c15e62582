// The long form of the test of swaps under load: npx node scripts/swap-load.ts [SWAPS] [ROLLBACKS].
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { swapUnderLoad } from '../packages/slipway/src/cli/fixtures/swap-load.ts';

const swaps = Number(process.argv[2] ?? 100);
const rollbacks = Number(process.argv[3] ?? 20);
const places = [
  { engine: 'compiled', workers: 1 },
  { engine: 'compiled', workers: 2 },
  { engine: 'onnxruntime', workers: 1 },
] as const;
const root = mkdtempSync(join(tmpdir(), 'slipway-swap-load-'));
try {
  const runs = [];
  for (const { workers, engine } of places) {
    const { failed, mixed, ...counts } = await swapUnderLoad({ root, swaps, rollbacks, workers, engine });
    runs.push({
      engine,
      workers,
      ...counts,
      failed: failed.length,
      mixed: mixed.length,
      samples: [...failed, ...mixed].slice(0, 5),
    });
  }
  const report = {
    about: `${swaps} swaps between two versions and ${rollbacks} rollbacks under load of single and bulk requests, by named fields and the Open Inference Protocol`,
    date: new Date().toISOString(),
    swaps,
    rollbacks,
    runs,
  };
  writeFileSync(new URL('../bench/results/swap-load.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  console.log(report);
  process.exitCode = runs.every(({ failed, mixed }) => failed + mixed === 0) ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
