import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-outcomes-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function slipway(...words: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLIPWAY_')));
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...words], { cwd: folder, env: clean }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

test('a batch is scored, exams are imported, and both meet', async () => {
  await slipway('init', 'demo');
  const scored = await slipway(
    'batch',
    'demo/learners_to_score.csv',
    'out.csv',
    '--launch',
    'demo/launch.yaml',
    '--log',
  );
  expect(scored).toMatchObject({ code: 0 });
  const { events } = JSON.parse((await slipway('log', '--limit', '3', '--json')).out);
  const [first, second] = events;
  expect(first.unit).toEqual(expect.any(String));
  const tomorrow = new Date(Date.parse(first.at) + 86_400_000).toISOString();
  writeFileSync(
    join(folder, 'exams.csv'),
    `prediction_id,learner_id,exam_date,passed\n,${first.unit},${tomorrow},true\n${second.id},,,false\n,nobody,${tomorrow},true\n,,,true\n`,
  );
  const words = [
    'outcomes',
    'import',
    'exams.csv',
    '--model',
    first.model,
    '--unit',
    'learner_id',
    '--at',
    'exam_date',
  ];
  const imported = await slipway(...words);
  expect(imported).toMatchObject({ code: 0, out: '3 outcomes are kept.\n' });
  expect(imported.err).toBe('1 rows left out, the first is row 4: no prediction id, and no unit with a time\n');
  expect((await slipway(...words)).out).toBe('This file was imported before: nothing has changed.\n');

  const found = JSON.parse((await slipway('outcomes', 'join', '--model', first.model, '--json')).out);
  expect(found).toMatchObject({ joined: 2, duplicates: 0, late: 0, withoutPrediction: 1 });
  expect(found.predictions).toHaveLength(2);
  expect(found.predictions.map(({ unit, outcome }: typeof found.predictions) => [unit, outcome.passed]).sort()).toEqual(
    [
      [first.unit, true],
      [second.unit, false],
    ].sort(),
  );
  const text = await slipway('outcomes', 'join', '--model', first.model, '--horizon', '1h');
  expect(text.out).toContain('with an outcome  1 predictions, 0 of them late');
}, 60_000);
