import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownPlace, ownProcess } from '../system/process-mark.ts';
import { logFolder } from './fixtures/log-folder.ts';
import { openLogEngine } from './log-engine.ts';
import { logPlaces } from './log-files.ts';
import { leaveReadingFolder, readingFolder } from './reading-folder.ts';

test('the engine can spill there', async () => {
  const log = logFolder(onTestFinished);
  const spill = await readingFolder(logPlaces(log.folder));
  const { connection, close } = await openLogEngine(spill);
  onTestFinished(close);
  await connection.run("SET memory_limit = '40MB'; SET threads = 1");
  const rows = "SELECT range x, hash(range) h, repeat('y', 40) || range p FROM range(800000)";
  await connection.run(`CREATE TABLE large AS ${rows} ORDER BY h`);
  expect(readdirSync(spill).length).toBeGreaterThan(0);
  await leaveReadingFolder(spill);
});

test('compaction leaves the folder of a living reader, and clears away that of a dead one', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 1);
  const reading = join(log.folder, 'reading');
  const alive = `${ownPlace()}_${ownProcess()}_a`;
  for (const name of [alive, `${ownPlace()}_4194999_b`, 'elsewhere_1_new', 'elsewhere_1_old']) {
    mkdirSync(join(reading, name), { recursive: true });
  }
  utimesSync(join(reading, 'elsewhere_1_old'), 0, 0);
  await log.compact();
  expect(readdirSync(reading).sort()).toEqual([alive, 'elsewhere_1_new'].sort());
});
