// The long form of the fault test of outcomes: npx node scripts/outcome-kills.ts [ROUNDS]. Each round kills two
// processes, but for those that end before.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRounds } from '../packages/slipway/src/outcomes/fixtures/kill-rounds.ts';

const rounds = Number(process.argv[2] ?? 160);
const folder = mkdtempSync(join(tmpdir(), 'slipway-kills-'));
try {
  const result = await killRounds(folder, rounds, Math.random);
  const report = {
    about: 'SIGKILL of an import of outcomes, and of an erasure, at random moments; then the same again to its end',
    date: new Date().toISOString(),
    ...result,
  };
  writeFileSync(
    new URL('../bench/results/outcome-kills.json', import.meta.url),
    `${JSON.stringify(report, null, 2)}\n`,
  );
  console.log(report);
  process.exitCode = result.halfDone + result.lost + result.different === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
