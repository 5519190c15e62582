import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { logFolder } from './fixtures/log-folder.ts';
import { logStatus } from './log-status.ts';
import { findPrediction, listPredictions } from './read-log.ts';

test.each([
  ['no encoding of a name', 'model=%zz/day=2026-11-24'],
  ['no day', 'model=a/day=today'],
  ['none of the log', 'elsewhere'],
])(
  'Parquet in a folder with %s is passed over and counted, and costs no query and no compaction',
  async (_, foreign) => {
    const log = logFolder(onTestFinished);
    await log.write(0, 3);
    await log.compact();
    const predictions = join(log.folder, 'predictions');
    const [name = ''] = readdirSync(predictions, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.parquet'),
    );
    mkdirSync(join(predictions, foreign), { recursive: true });
    cpSync(join(predictions, name), join(predictions, foreign, 'x.parquet'));
    expect(await log.count()).toBe(3);
    expect(await findPrediction(log.folder, 'id-1')).not.toBeNull();
    expect(await listPredictions(log.folder, { limit: 5 })).toHaveLength(3);
    expect(await logStatus(log.folder)).toMatchObject({ predictions: 3, foreign: 1 });
    await log.write(3, 4);
    expect(await log.compact({ keepMs: 1, bytesMax: null })).toMatchObject({ records: 1, kept: [] });
  },
);
