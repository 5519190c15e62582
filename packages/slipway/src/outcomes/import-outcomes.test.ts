import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLogEngine } from '../prediction-log/log-engine.ts';
import { hourMs, type Made, nowMs, type OutcomePlace, outcomePlace } from './fixtures/outcome-place.ts';
import type { ImportOptions } from './import-outcomes.ts';

let place: OutcomePlace;
beforeEach(() => {
  place = outcomePlace();
});
afterEach(() => place.remove());

const two: readonly Made[] = [
  { id: 'a', unit: 'ana', hour: 0 },
  { id: 'b', unit: '007', hour: 5 },
];

describe('import', () => {
  test('of the same file twice changes nothing', async () => {
    const first = await place.bring('prediction_id,passed\na,1\nb,0\n');
    expect(first).toMatchObject({ known: false, outcomes: 2, refused: [] });
    const names = place.files();
    expect(names).toHaveLength(1);
    const bytes = readFileSync(join(place.kept, names[0] ?? ''));
    expect(await place.bring('prediction_id,passed\na,1\nb,0\n', { nowMs: nowMs + 1 })).toMatchObject({
      importId: first.importId,
      known: true,
      outcomes: 0,
    });
    expect(place.files()).toEqual(names);
    expect(readFileSync(join(place.kept, names[0] ?? ''))).toEqual(bytes);
  });

  test('refuses rows that say too little, counts them, and keeps the others', async () => {
    const text =
      'prediction_id,unit,at,passed\na,,,1\n,ana,2026-11-01T01:00Z,1\n,ana,,1\n,,2026-11-01,1\nb,,soon,1\nb,,,\n';
    expect(await place.bring(text)).toMatchObject({
      outcomes: 2,
      refused: [
        { reason: 'no prediction id, and no unit with a time', count: 2, firstRow: 3 },
        { reason: 'a time that cannot be read', count: 1, firstRow: 5 },
        { reason: 'no value', count: 1, firstRow: 6 },
      ],
    });
  });

  test('refuses a file whose columns cannot say what happened', async () => {
    const code = (text: string, change: Partial<ImportOptions> = {}) =>
      place.bring(text, change).catch((error) => `${error.code}: ${error.message}`);
    expect(await code('unit,passed\nana,1\n')).toContain('OUTCOMES_INVALID: There is no column `prediction_id`');
    expect(await code('prediction_id\na\n')).toContain('no column that says what happened');
    expect(await code('unit,at,passed\nana,2026-11-01,1\n', { model: null })).toContain('of which model');
    expect(await code('a,b\n1,2\n', { columns: { unit: 'learner' } })).toContain('no column "learner"');
    expect(await code('', { source: { path: join(place.folder, 'none.csv'), format: 'csv' } })).toContain(
      'INPUT_NOT_FOUND',
    );
    expect(place.files()).toEqual([]);
  });
});

describe('import that meets trouble', () => {
  test('keeps numbers that JSON does not have as no value, so that every join can read what was kept', async () => {
    await place.predict(two);
    expect(await place.bring('prediction_id,grade,note\na,nan,x\nb,inf,\n')).toMatchObject({
      outcomes: 1,
      refused: [{ reason: 'no value', count: 1, firstRow: 2 }],
    });
    expect((await place.joined()).rows.map(({ outcome }) => outcome)).toEqual([{ grade: null, note: 'x' }]);
  });

  test('leaves out a row with such a number in a list, and no row with a text like it', async () => {
    const path = join(place.folder, 'given.parquet');
    const engine = await openLogEngine(join(place.folder, 'spill'));
    const rows = `SELECT * FROM (VALUES ('a', [1.5, 'nan'::DOUBLE], 'x'), ('b', [1.5], '[NaN]')) t(prediction_id, grades, note)`;
    await engine.connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet)`);
    engine.close();
    await place.predict(two);
    expect(await place.bring('', { source: { path, format: 'parquet' } })).toMatchObject({
      outcomes: 1,
      refused: [{ reason: 'a number in a list that JSON does not have', count: 1, firstRow: 1 }],
    });
    expect((await place.joined()).rows.map(({ outcome }) => outcome)).toEqual([{ grades: [1.5], note: '[NaN]' }]);
  });

  test('counts the later of two imports as later, whatever the clock says', async () => {
    await place.predict(two);
    await place.bring('prediction_id,passed\na,first\n');
    await place.bring('prediction_id,passed\na,second\n', { nowMs: nowMs - 500 * hourMs });
    const { counts, rows } = await place.joined();
    expect(rows.map(({ outcome }) => outcome)).toEqual([{ passed: 'second' }]);
    expect(counts).toMatchObject({ joined: 1, duplicates: 1 });
  });

  test('takes turns with another one of the same process, and what all of them bring is kept once', async () => {
    await place.predict(two);
    const source = { path: join(place.folder, 'other.csv'), format: 'csv' } as const;
    writeFileSync(source.path, 'prediction_id,passed\na,1\n');
    const all = await Promise.all([1, 2, 3].map(() => place.bring('', { source })));
    expect(all.map(({ known }) => known).sort()).toEqual([false, true, true]);
    expect((await place.joined()).counts).toMatchObject({ joined: 1, duplicates: 0 });
  });

  test('clears away what a killed one has left, which may hold what is to be erased', async () => {
    await place.bring('prediction_id,passed\na,1\n');
    writeFileSync(join(place.kept, `${'0'.repeat(64)}.parquet.aa.draft`), 'ana');
    await place.bring('prediction_id,passed\nb,1\n');
    expect(place.files().filter((name) => name.includes('draft'))).toEqual([]);
    expect(place.files()).toHaveLength(2);
  });

  test('says where outcomes cannot be kept, and which file of them cannot be read', async () => {
    await place.predict(two);
    writeFileSync(place.kept, 'a file in the place of the folder');
    await expect(place.bring('prediction_id,passed\na,1\n')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    rmSync(place.kept);
    const { importId } = await place.bring('prediction_id,passed\na,1\n');
    writeFileSync(join(place.kept, `${importId}.parquet`), 'torn');
    const damaged = { code: 'LOG_CORRUPT', message: expect.stringContaining(importId) };
    await expect(place.joined()).rejects.toMatchObject(damaged);
    await expect(place.bring('prediction_id,passed\nb,1\n')).rejects.toMatchObject(damaged);
    await expect(place.erase('ana')).rejects.toMatchObject(damaged);
  });
});
