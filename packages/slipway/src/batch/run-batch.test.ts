import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { buildReference, type NumberProfile, writeReference } from '@slipway/core';
import { learnerLaunch, memorySink, Random } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { openCase } from './fixtures/batch-case.ts';

const here = await openCase({
  launch: `${learnerLaunch}monitoring: { metrics: [latency], reference: reference.json }\n`,
});
afterAll(() => here.close());

const duckdb = await (await DuckDBInstance.create()).connect();
const learners = learnersOf(3000, new Random(7));
here.write('learners.csv', csvOf(learners));
here.write('learners.ndjson', learners.map((learner) => `${JSON.stringify(learner)}\n`).join(''));
await duckdb.run(`COPY (FROM '${here.path('learners.csv')}') TO '${here.path('learners.parquet')}'`);

interface Learner {
  readonly learner_id: string;
  readonly hours_studied: number;
  readonly quiz_score: number;
  readonly cohort: string;
}

function learnersOf(count: number, random: Random): Learner[] {
  return Array.from({ length: count }, (_, at) => ({
    learner_id: `L-${at}`,
    hours_studied: Number((random.next() * 60).toFixed(2)),
    quiz_score: Number((random.next() * 100).toFixed(random.integer(17))),
    cohort: random.pick(['a', 'b']),
  }));
}

function csvOf(rows: readonly Learner[]): string {
  const lines = rows.map(
    ({ learner_id, hours_studied, quiz_score, cohort }) => `${learner_id},${hours_studied},${quiz_score},${cohort}\n`,
  );
  return `learner_id,hours_studied,quiz_score,cohort\n${lines.join('')}`;
}

/** What one record after the other gets, as the online answer prints it. */
async function onlineOutputs() {
  return Promise.all(
    learners.map(
      async ({ hours_studied, quiz_score }) => (await here.model.predict({ hours_studied, quiz_score })).outputs,
    ),
  );
}

const formats = ['csv', 'ndjson', 'parquet'] as const;

test.each(formats.flatMap((from) => formats.map((to) => [from, to] as const)))(
  'from %s to %s every row gets the outputs of the online answer, in input order',
  async (from, to) => {
    const output = `from-${from}.${to}`;
    const record = await here.run(`learners.${from}`, output);
    expect(record.counts).toEqual({
      rows_read: 3000,
      rows_scored: 3000,
      rows_quarantined: 0,
      rows_written: 3000,
      rows_cut: 0,
    });
    const table = to === 'csv' ? `read_csv('${here.path(output)}', all_varchar=true)` : `'${here.path(output)}'`;
    const rows = (await duckdb.runAndReadAll(`SELECT learner_id, risk_score, needs_support FROM ${table}`)).getRows();
    const wanted = await onlineOutputs();
    expect(rows.map(([id]) => id)).toEqual(learners.map((learner) => learner.learner_id));
    // Parquet holds the float32 itself; the text formats its shortest text.
    const shown = (value: unknown) => (to === 'parquet' ? Math.fround(Number(value)) : Number(value));
    expect(rows.map(([, score]) => shown(score))).toEqual(wanted.map(({ risk_score }) => shown(risk_score)));
    expect(rows.map(([, , decision]) => String(decision))).toEqual(
      wanted.map(({ needs_support }) => String(needs_support)),
    );
  },
);

test('scores stand in CSV and NDJSON as the very text of the online answer', async () => {
  await here.run('learners.csv', 'texts.csv');
  await here.run('learners.ndjson', 'texts.ndjson');
  const wanted = (await onlineOutputs()).map(({ risk_score }) => JSON.stringify(risk_score));
  const lines = here.read('texts.csv').trimEnd().split('\n').slice(1);
  expect(lines.map((line) => line.split(',')[4])).toEqual(wanted);
  const objects = here.read('texts.ndjson').trimEnd().split('\n');
  expect(objects.map((line) => /"risk_score":([^,]*),/.exec(line)?.[1])).toEqual(wanted);
});

test('compressed text is read and written', async () => {
  here.write('learners.csv.gz', gzipSync(here.read('learners.csv')));
  const record = await here.run('learners.csv.gz', 'scored.ndjson.gz');
  expect(record.counts.rows_scored).toBe(3000);
  await here.run('learners.csv', 'plain.ndjson');
  const [line] = (
    await duckdb.runAndReadAll(`SELECT count(*), sum(risk_score) FROM '${here.path('scored.ndjson.gz')}'`)
  ).getRows();
  expect(line).toEqual(
    (await duckdb.runAndReadAll(`SELECT count(*), sum(risk_score) FROM '${here.path('plain.ndjson')}'`)).getRows()[0],
  );
});

test('the record names model, engine, files and digests, answers the four questions, and lies beside the output', async () => {
  const record = await here.run('learners.csv', 'recorded.csv');
  const digest = (name: string) =>
    `sha256:${createHash('sha256')
      .update(readFileSync(here.path(name)))
      .digest('hex')}`;
  expect(record).toMatchObject({
    slipway_run: 1,
    model: 'learner-risk',
    version: '1.0.0',
    engine: 'compiled',
    artifact: digest('model.onnx'),
    launch: { path: here.launchPath, digest: digest('launch.yaml') },
    input: { format: 'csv', digest: digest('learners.csv'), rows: 3000 },
    output: { path: here.path('recorded.csv'), digest: digest('recorded.csv'), rows: 3000 },
    quarantine: null,
    verdict: 'pass',
  });
  expect(record.input.bytes).toBe(readFileSync(here.path('learners.csv')).length);
  expect(record.questions.map(({ question, answer }) => [question, answer])).toEqual([
    ['Did the job run?', 'yes'],
    ['Were all records scored?', 'yes'],
    ['Did the input schema match?', 'yes'],
    ['Did the prediction distribution shift?', 'inconclusive'],
  ]);
  expect(record.questions[3]?.text).toContain('reference.json');
  expect(JSON.parse(here.read('recorded.csv.run.json'))).toEqual(record);
});

test('scores are counted over the bins of the reference and compared with it', async () => {
  // The model's own float32 scores: their shortest texts are other numbers, and may lie in the bin beside.
  const scores = Float32Array.from(await onlineOutputs(), ({ risk_score }) => Number(risk_score));
  const reference = (values: Float32Array) =>
    buildReference({ model: 'learner-risk', version: '1.0.0', features: [], scores: [{ name: 'risk_score', values }] });
  const [profile] = reference(scores).scores as [NumberProfile];
  here.write('reference.json', writeReference(reference(scores)));
  const same = await here.run('learners.csv', 'compared.csv');
  expect(same.questions[3]).toMatchObject({ answer: 'no' });
  expect(same.scores[0]).toMatchObject({
    name: 'risk_score',
    count: 3000,
    edges: profile.edges,
    counts: profile.counts,
  });
  const shifted = await here.run('learners.csv', 'compared.csv', {
    reference: reference(scores.map((score) => score / 3)),
  });
  expect(shifted.drift?.verdict).toBe('fail');
  expect(shifted.questions[3]).toMatchObject({ answer: 'yes' });
});

test('every prediction makes one event, in input order, with unit and context', async () => {
  for (const input of ['learners.csv', 'learners.ndjson', 'learners.parquet']) {
    const sink = memorySink();
    await here.run(input, 'evented.csv', { sink });
    expect(sink.faults).toEqual([]);
    expect(sink.events.map((event) => event.unit)).toEqual(learners.map((learner) => learner.learner_id));
    const [first] = learners as [Learner];
    expect(sink.events[0]).toMatchObject({
      source: 'batch',
      context: { cohort: first.cohort, mentor_id: null },
      inputs: { hours_studied: first.hours_studied, quiz_score: first.quiz_score },
      outputs: (await onlineOutputs())[0],
    });
  }
});

test('progress tells the rows so far, and the total once they are counted', async () => {
  const seen: { rows: number; total: number | null }[] = [];
  await here.run('learners.parquet', 'progress.csv', { onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ rows: 3000, total: 3000 });
});
