import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseCsv, readRecords } from './read-records.ts';

test('CSV is read with its quotes, newlines and empty fields', () => {
  expect(parseCsv('a,b\n1,"x, ""y""\nz"\r\n,""\n')).toEqual([
    ['a', 'b'],
    ['1', 'x, "y"\nz'],
    ['', ''],
  ]);
  expect(parseCsv('a,b\n1,')).toEqual([
    ['a', 'b'],
    ['1', ''],
  ]);
});

test('numbers go into a record by their text, so that nothing is rounded on the way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-demo-'));
  const path = join(folder, 'scored.csv');
  const header = 'learner_id,hours_studied,quiz_score,cohort,mentor_id,risk_score,needs_support';
  await writeFile(path, `${header}\nL-1,0.30000000000000004,1e1,"two\nlines",007,0.25,false\n`);
  expect(await readRecords(path)).toEqual([
    {
      json: '{"learner_id": "L-1", "cohort": "two\\nlines", "mentor_id": "007", "hours_studied": 0.30000000000000004, "quiz_score": 1e1}',
      risk_score: '0.25',
      needs_support: 'false',
    },
  ]);
  await rm(folder, { recursive: true });
});
