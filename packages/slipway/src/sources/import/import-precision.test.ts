import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Session } from '@slipway/core';
import { expect, test } from 'vitest';
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

const rows = 100_000;

test('models trained just now agree with their libraries on 100,000 rows: every decision, and every score within 1e-6', async ({
  skip,
}) => {
  const python = process.env.SLIPWAY_PYTHON;
  if (!python) return skip('Set SLIPWAY_PYTHON to a Python with xgboost 3.2.0, lightgbm 4.7.0 and pandas.');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-precision-'));
  try {
    const script = join(fixtures, 'make_models.py');
    await promisify(execFile)(python, [script, folder, '--rows', String(rows)], { maxBuffer: 2 ** 24 });
    const fresh = await readCases(folder);
    expect(fresh.length).toBeGreaterThanOrEqual(38);
    for (const about of fresh) {
      expect(about.rows).toBe(rows);
      await expectBothAgree(folder, about);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
