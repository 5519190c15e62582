import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stoppedAt } from '../prediction-log/fixtures/stopped-at.ts';
import { hours, nowMs, type OutcomePlace, outcomePlace } from './fixtures/outcome-place.ts';
import { outcomeFile } from './outcome-files.ts';
import { listImports } from './outcome-imports.ts';
import { listRemoved, removeImport } from './remove-import.ts';

let place: OutcomePlace;
beforeEach(() => {
  place = outcomePlace();
});
afterEach(() => place.remove());

const csv = 'prediction_id,unit,at,passed\na,ana,2026-11-01,1\nb,ben,2026-11-01,0\n';
const change = () => ({ folder: place.kept, by: 'ana', why: 'wrong model', nowMs });

test('an import says when it came, from which file, of which models, and how many rows are left', async () => {
  const { importId } = await place.bring(csv, { nowMs: Date.parse(hours(30)) });
  const kept = { id: importId, at: hours(30), file: join(place.folder, 'given.csv'), models: ['learner-risk'] };
  expect(await listImports(place.kept)).toEqual([{ ...kept, rows: 2 }]);
  await place.predict([{ id: 'x', unit: 'x', hour: 0 }]);
  await place.erase('ana');
  expect(await listImports(place.kept)).toEqual([{ ...kept, rows: 1 }]);
  expect(await listImports(join(place.folder, 'none'))).toEqual([]);
});

test('takes one import back, remembers who did, and lets the file come again', async () => {
  const { importId } = await place.bring(csv);
  const other = await place.bring(csv, { model: 'other' });
  await expect(removeImport({ ...change(), id: importId.slice(0, 7) })).rejects.toMatchObject({
    code: 'LOG_NOT_FOUND',
  });
  const removed = await removeImport({ ...change(), id: importId.slice(0, 8) });
  expect(removed).toMatchObject({ id: importId, rows: 2, by: 'ana', why: 'wrong model' });
  expect((await listImports(place.kept)).map(({ id }) => id)).toEqual([other.importId]);
  expect(await listRemoved(place.kept)).toEqual([removed]);
  await expect(removeImport({ ...change(), id: importId })).rejects.toMatchObject({ code: 'LOG_NOT_FOUND' });
  expect(await place.bring(csv)).toMatchObject({ known: false, outcomes: 2 });
  expect(await listRemoved(place.kept)).toEqual([]);
});

test('what the check of models refuses is not kept', async () => {
  const demandModels = async (models: readonly string[]) => {
    throw new Error(models.join());
  };
  const named = 'prediction_id,model,passed\na,one,1\nb,two,1\n';
  await expect(place.bring(named, { model: null, demandModels })).rejects.toThrow('one,two');
  expect(await listImports(place.kept)).toEqual([]);
});

test('a kill at any step leaves the import whole or gone, and gone only where the history says so', async () => {
  const left: string[] = [];
  for (let step = 1, isThrough = false; !isThrough; step++) {
    const { importId } = await place.bring(csv);
    isThrough = await stoppedAt(step, () => removeImport({ ...change(), id: importId, lockWaitMs: 0 }));
    // Whoever was stopped still holds the lock of the folder, unlike a process that was killed.
    const folder = join(place.folder, `step-${step}`);
    cpSync(place.kept, folder, { recursive: true, filter: (path) => !path.endsWith('lock.db') });
    const rows = (await listImports(folder)).map((one) => one.rows);
    const isWhole = existsSync(outcomeFile(folder, importId));
    expect(rows).toEqual(isWhole ? [2] : []);
    expect(await listRemoved(folder)).toHaveLength(isWhole ? 0 : 1);
    left.push(isWhole ? 'whole' : 'gone');
    if (isWhole) await removeImport({ ...change(), folder, id: importId });
    expect(await listImports(folder)).toEqual([]);
    expect(await listRemoved(folder)).toMatchObject([{ id: importId, rows: 2 }]);
    place.remove();
    place = outcomePlace();
  }
  // Steps on both sides of the moment at which the file goes.
  expect(left.lastIndexOf('whole')).toBe(left.indexOf('gone') - 1);
  expect(left.filter((state) => state === 'whole').length).toBeGreaterThan(3);
}, 30_000);
