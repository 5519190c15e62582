import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { openModel, toJson } from 'slipway';
import { afterAll, beforeAll, expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const cli = fileURLToPath(new URL('../../packages/slipway/bin/slipway.js', import.meta.url));
const node = (...args: string[]) => promisify(execFile)(process.execPath, args);

let folder: string;
let launch: string;

beforeAll(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'slipway-example-'));
  folder = join(parent, 'learner-risk');
  launch = join(folder, 'launch.yaml');
  await node(cli, 'init', folder);
});
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

test('score-file.ts scores every row with the scores that the model predicts', async () => {
  const output = join(folder, 'scored.csv');
  await node(join(here, 'score-file.ts'), join(folder, 'learners_to_score.csv'), output, launch);
  const duckdb = await (await DuckDBInstance.create()).connect();
  const rows = (await duckdb.runAndReadAll('SELECT * FROM read_csv($output)', { output })).getRowObjectsJS();
  expect(rows.length).toBeGreaterThan(1000);
  const model = await openModel(launch);
  for (const { hours_studied, quiz_score, risk_score } of rows) {
    const { outputs } = await model.predict({ hours_studied, quiz_score });
    expect(risk_score).toBe(outputs.risk_score);
  }
  await model.close();
});

test('follow-up.ts logs every prediction, and finds what became of each', async () => {
  const place = join(folder, 'place');
  const holdout = join(folder, 'holdout.csv');
  const { stdout } = await node(join(here, 'follow-up.ts'), holdout, place, launch);
  const duckdb = await (await DuckDBInstance.create()).connect();
  const rows = (await duckdb.runAndReadAll('SELECT * FROM read_csv($holdout)', { holdout })).getRowObjectsJS();
  const model = await openModel(launch);
  let flagged = 0;
  let rightly = 0;
  for (const { needed_support, ...record } of rows) {
    const { outputs } = await model.predict(record);
    flagged += outputs.needs_support ? 1 : 0;
    rightly += outputs.needs_support && Number(needed_support) === 1 ? 1 : 0;
  }
  await model.close();
  expect(rightly).toBeGreaterThan(0);
  expect(stdout).toBe(`${rows.length} learners, ${flagged} flagged, ${rightly} of them needed support\n`);
}, 30_000);

test('route.ts answers a request with the prediction, and a bad record with the reason', async () => {
  const server = spawn(process.execPath, [join(here, 'route.ts'), launch, '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [chunk] = (await once(server.stdout)) as [Buffer];
    const address = String(chunk).trim().replace('listening on ', '');
    const post = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${address}/learners/risk`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const record = { hours_studied: 4, quiz_score: 55 };
    const good = await post(record);
    const model = await openModel(launch);
    const { prediction_id: _id, ...expected } = toJson(await model.predict(record)) as Record<string, unknown>;
    await model.close();
    expect(good).toMatchObject({ status: 200, body: expected });
    expect(await post({ hours_studied: 400 })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('hours_studied is 400') },
    });
  } finally {
    server.kill('SIGTERM');
  }
});

test('the README shows what the model of `slipway init` answers', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, request] = /-d '(\{.*\})'/.exec(readme) ?? [];
  const [, answer] = /```json\n(\{.*\})\n```/.exec(readme) ?? [];
  const model = await openModel(launch);
  const { prediction_id: _id, ...answered } = toJson(await model.predict(JSON.parse(request as string))) as Answer;
  await model.close();
  const { prediction_id: _other, ...shown } = JSON.parse(answer as string) as Answer;
  expect(answered).toEqual(shown);
});

type Answer = Record<string, unknown>;

function once(stream: NodeJS.ReadableStream): Promise<unknown[]> {
  return new Promise((resolve) => stream.once('data', (...chunks) => resolve(chunks)));
}
