import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Session } from '@slipway/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  disagreement,
  type LibraryCase,
  readAnswers,
  readCases,
  readRows,
  scoreDifferenceMax,
} from '../fixtures/library-case.ts';
import { openImported } from '../fixtures/open-imported.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const committed = join(fixtures, 'models');

/** Every row of a case in one engine: labels equal, scores within a part in a million, bare sums equal in every bit. */
async function expectAgreement(session: Session, folder: string, about: LibraryCase): Promise<void> {
  const lanes = await session.run(await readRows(folder, about));
  const found = disagreement(about, await readAnswers(folder, about), lanes);
  const where = `${about.name}, ${session.engine}`;
  expect(found, where).toMatchObject({ labels: 0, firstRow: null });
  expect(found.scoreMax, where).toBeLessThanOrEqual(scoreDifferenceMax);
  if (about.exact) expect(found.scoresUnequal, where).toBe(0);
}

async function expectBothAgree(folder: string, about: LibraryCase): Promise<void> {
  for (const file of about.files) {
    const { compiled, onnxRuntime } = await openImported(join(folder, file));
    try {
      await expectAgreement(compiled, folder, about);
      await expectAgreement(onnxRuntime, folder, about);
    } finally {
      await onnxRuntime.close();
    }
  }
}

const cases = await readCases(committed);

test.each(cases.map((about) => [about.name, about] as const))(
  '%s answers as its library does, in both engines, on rows at and beside split points',
  (_, about) => expectBothAgree(committed, about),
);

test('the rows would show a threshold that was rounded to float32', async () => {
  const about = cases.find(({ name }) => name === 'lgb-regression') as LibraryCase;
  const { compiled, onnxRuntime } = await openImported(join(committed, 'lgb-regression.txt'));
  const { rows, columns } = await readRows(committed, about);
  // Rounding the values does to a comparison what rounding thresholds would.
  const rounded = columns.map((column) => Float64Array.from(column as Float64Array, Math.fround));
  const lanes = await compiled.run({ rows, columns: rounded });
  await onnxRuntime.close();
  expect(disagreement(about, await readAnswers(committed, about), lanes).scoresUnequal).toBeGreaterThan(100);
});

const python = process.env.SLIPWAY_PYTHON;
const rows = 100_000;

describe.skipIf(!python)('100,000 rows of models trained just now', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-precision-'));
    const script = join(fixtures, 'make_models.py');
    await promisify(execFile)(python ?? '', [script, folder, '--rows', String(rows)], { maxBuffer: 2 ** 24 });
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('agree with their libraries on every decision and within 1e-6 of every score, in both engines', async () => {
    const fresh = await readCases(folder);
    expect(fresh.length).toBeGreaterThanOrEqual(38);
    for (const about of fresh) {
      expect(about.rows).toBe(rows);
      await expectBothAgree(folder, about);
    }
  }, 600_000);
});

test.runIf(!python)('the 100,000-row suite runs where SLIPWAY_PYTHON names a Python with xgboost and lightgbm', () => {
  console.info('Skipped: set SLIPWAY_PYTHON to a Python with the packages xgboost 3.2.0, lightgbm 4.7.0 and pandas.');
});
