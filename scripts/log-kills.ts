// The long form of the fault test of the prediction log: npx node scripts/log-kills.ts [ROUNDS]. Each round kills three processes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRounds } from '../packages/slipway/src/prediction-log/fixtures/kill-rounds.ts';

const rounds = Number(process.argv[2] ?? 34);
const folder = mkdtempSync(join(tmpdir(), 'slipway-kills-'));
try {
  const result = await killRounds(folder, rounds, Math.random);
  const report = {
    about: 'SIGKILL of two writers and a compaction at random moments',
    date: new Date().toISOString(),
    ...result,
  };
  writeFileSync(new URL('../bench/results/log-kills.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  console.log(report);
  process.exitCode = result.lost + result.doubled === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
