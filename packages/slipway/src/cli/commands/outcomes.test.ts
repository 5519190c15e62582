import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));

let folder: string;
beforeEach(() => {
  settings = {};
  folder = mkdtempSync(join(tmpdir(), 'slipway-outcomes-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let settings: Readonly<Record<string, string>> = {};

function slipway(...words: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLIPWAY_')));
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...words], { cwd: folder, env: { ...clean, ...settings } }, (error, out, err) => {
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
  expect(imported).toMatchObject({ code: 0, out: '3 outcomes kept.\n' });
  expect(imported.err).toBe('1 row left out, the first is row 4: no prediction id, and no unit with a time\n');
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
  expect(text.out).toContain('with an outcome  1 prediction, 0 of them late');
  expect(text.out).not.toContain('not sampled');

  const nope = await slipway('outcomes', 'join', '--model', 'nope');
  expect(nope).toMatchObject({ code: 4, out: '' });
  expect(nope.err).toContain(`It has ${first.model}.`);

  const dry = await slipway('log', 'erase', '--unit', first.unit, '--dry-run', '--json');
  expect(JSON.parse(dry.out)).toMatchObject({ predictions: 1, outcomes: 1 });
  const erased = await slipway('log', 'erase', '--unit', first.unit);
  expect(erased.out).toContain('1 outcome erased.\n1 prediction erased');
  const after = await slipway('outcomes', 'join', '--model', first.model, '--json');
  expect(JSON.parse(after.out)).toMatchObject({ joined: 1, withoutPrediction: 1 });
  writeFileSync(join(folder, 'old.csv'), `unit,at,passed\nnobody,2020-01-01,true\nnobody,${tomorrow},true\n`);
  await slipway('outcomes', 'import', 'old.csv', '--model', first.model);
  expect((await slipway('log', 'compact')).out).toContain('1 outcome removed: too old.');
}, 60_000);

test('a model that neither log nor registry knows is refused unless it is asked for, and an import is taken back', async () => {
  await slipway('init', 'demo');
  writeFileSync(join(folder, 'exams.csv'), 'prediction_id,passed\na,1\nb,0\n');
  const bring = (model: string, ...more: string[]) =>
    slipway('outcomes', 'import', 'exams.csv', '--model', model, ...more);
  const nothing = await bring('learner-risk');
  expect(nothing).toMatchObject({ code: 4, out: '', err: expect.stringContaining('They know none yet.') });
  expect((await slipway('outcomes', 'list')).out).toBe('No import.\n');
  expect(await slipway('push', 'demo/launch.yaml')).toMatchObject({ code: 0 });
  expect(await bring('learner-risk')).toMatchObject({ code: 0, out: '2 outcomes kept.\n' });
  const misspelt = await bring('lerner-risk');
  expect(misspelt).toMatchObject({ code: 4, out: '' });
  expect(misspelt.err).toContain('Did you mean "learner-risk"? --allow-unknown-model');
  expect(await bring('lerner-risk', '--allow-unknown-model')).toMatchObject({ code: 0, out: '2 outcomes kept.\n' });

  const { imports } = JSON.parse((await slipway('outcomes', 'list', '--json')).out);
  const shown = imports.map(({ models, rows }: { models: string[]; rows: number }) => [...models, rows]);
  expect(shown).toEqual([
    ['lerner-risk', 2],
    ['learner-risk', 2],
  ]);
  expect((await slipway('outcomes', 'list')).out).toMatch(/ {2}[0-9a-f]{12} .* 2 +lerner-risk +exams\.csv\n/);
  const id = imports[0].id.slice(0, 12);
  const taken = await slipway('outcomes', 'remove', id, '--by', 'ana', '--why', 'typo');
  expect(taken).toMatchObject({ code: 0, out: `2 outcomes of the import ${id} removed.\n` });
  expect((await slipway('outcomes', 'list')).out).toMatch(/removed: .*2 rows, .* by ana: typo/);
  expect(await slipway('outcomes', 'remove', id)).toMatchObject({ code: 4, out: '' });
}, 60_000);

test('a sampled log says which outcomes it cannot have a prediction of', async () => {
  settings = { SLIPWAY_LOG_SAMPLE: '20%' };
  await slipway('init', 'demo');
  const events = ['--events', 'events.ndjson'];
  await slipway('batch', 'demo/learners_to_score.csv', 'out.csv', '--launch', 'demo/launch.yaml', '--log', ...events);
  const all = readFileSync(join(folder, 'events.ndjson'), 'utf8').trimEnd().split('\n');
  const ids = all.map((line) => JSON.parse(line).id as string);
  writeFileSync(join(folder, 'seen.csv'), `prediction_id,passed\n${ids.map((id) => `${id},1`).join('\n')}\n`);
  await slipway('outcomes', 'import', 'seen.csv');
  const joined = JSON.parse((await slipway('outcomes', 'join', '--model', 'learner-risk', '--json')).out);
  expect(joined).toMatchObject({ share: 0.2, withoutPrediction: 0, perhapsNotSampled: 0 });
  expect(joined.joined + joined.notSampled).toBe(ids.length);
  expect(joined.notSampled).toBeGreaterThan(ids.length / 2);
  const { out } = await slipway('outcomes', 'join', '--model', 'learner-risk');
  expect(out).toMatch(/not sampled +[\d,]+ outcomes of a prediction that the log left out: it keeps 20%/);
}, 60_000);

test.each(['outcomes', 'keys'])('bare `slipway %s` shows its commands and exits 2', async (group) => {
  const { code, out, err } = await slipway(group);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(new RegExp(`^Usage: slipway ${group}`));
  expect(err).not.toContain('outputHelp');
});

test('where the settings have units hashed, neither log nor outcomes keep them, and both still meet', async () => {
  settings = { SLIPWAY_LOG_HASH: 'unit', SLIPWAY_LOG_HASH_KEY: 'k'.repeat(40) };
  await slipway('init', 'demo');
  await slipway('batch', 'demo/learners_to_score.csv', 'out.csv', '--launch', 'demo/launch.yaml', '--log');
  const [{ unit, at, model }] = JSON.parse((await slipway('log', '--limit', '1', '--json')).out).events;
  expect(unit).toMatch(/^hmac:[0-9a-f]{64}$/);
  const learner = readFileSync(join(folder, 'demo/learners_to_score.csv'), 'utf8').split('\n')[1]?.split(',')[0];
  const later = new Date(Date.parse(at) + 3_600_000).toISOString();
  writeFileSync(join(folder, 'exams.ndjson'), `${JSON.stringify({ unit: learner, at: later, passed: true })}\n`);
  await slipway('outcomes', 'import', 'exams.ndjson', '--model', model);
  const { out } = await slipway('outcomes', 'join', '--model', model, '--json');
  expect(JSON.parse(out)).toMatchObject({ joined: 1, withoutPrediction: 0 });
  expect(out).not.toContain(JSON.stringify(learner));
}, 60_000);
