import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@slipway/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { killRounds } from './fixtures/kill-rounds.ts';

test('an import or an erasure that is killed leaves nothing half-done, and the same again finishes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-outcomes-killed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const random = new Random(5);
  const result = await killRounds(folder, 4, () => random.next());
  expect(result.importsKilled + result.erasuresKilled).toBeGreaterThan(0);
  expect(result).toMatchObject({ halfDone: 0, lost: 0, different: 0 });
}, 60_000);
