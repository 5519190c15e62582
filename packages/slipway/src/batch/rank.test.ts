import { DuckDBInstance } from '@duckdb/node-api';
import { rankRows } from '@slipway/core';
import { learnerLaunch, Random } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { openCase } from './fixtures/batch-case.ts';

const ranked = await openCase({ launch: `${learnerLaunch}rank: { by: risk_score, within: mentor_id, top: 3 }\n` });
const plain = await openCase();
afterAll(async () => {
  await ranked.close();
  await plain.close();
});

const duckdb = await (await DuckDBInstance.create()).connect();
const random = new Random(11);
// Few different values: many rows tie, and their order must be that of the input.
const learners = Array.from({ length: 5000 }, (_, at) => ({
  learner_id: String(at),
  hours_studied: random.integer(6),
  quiz_score: 10 * random.integer(4),
  mentor_id: random.integer(10) === 0 ? null : `m${random.integer(7)}`,
}));
const lines = learners.map(
  (learner) => `${learner.learner_id},${learner.hours_studied},${learner.quiz_score},${learner.mentor_id ?? ''}\n`,
);

for (const { write, path } of [ranked, plain]) {
  write('in.csv', `learner_id,hours_studied,quiz_score,mentor_id\n${lines.join('')}`);
  write('in.ndjson', learners.map((learner) => `${JSON.stringify(learner)}\n`).join(''));
  const columns = `{'learner_id': 'VARCHAR', 'hours_studied': 'DOUBLE', 'quiz_score': 'DOUBLE', 'mentor_id': 'VARCHAR'}`;
  await duckdb.run(
    `COPY (FROM read_csv('${path('in.csv')}', columns=${columns})) TO '${path('in.parquet')}' (ROW_GROUP_SIZE 2048)`,
  );
}

async function scores(): Promise<number[]> {
  return Promise.all(
    learners.map(async ({ hours_studied, quiz_score }) =>
      Number((await plain.model.predict({ hours_studied, quiz_score })).outputs.risk_score),
    ),
  );
}

const idsOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[0]);

test.each(['in.csv', 'in.ndjson', 'in.parquet'])(
  '%s: the best of each group come first, ties in input order, as in the online answer',
  async (input) => {
    const record = await ranked.run(input, 'best.csv');
    const groups = learners.map((learner) => learner.mentor_id);
    expect(idsOf(ranked.read('best.csv'))).toEqual(rankRows(await scores(), groups, 3).map(String));
    expect(record.rank).toEqual({ by: 'risk_score', within: 'mentor_id', top: 3 });
    expect(record.counts).toMatchObject({ rows_read: 5000, rows_scored: 5000, rows_written: 24, rows_cut: 4976 });
  },
);

test('a cut of the command replaces that of the launch file, and null takes it away', async () => {
  const groups = learners.map((learner) => learner.mentor_id);
  await ranked.run('in.csv', 'one.csv', { top: 1 });
  expect(idsOf(ranked.read('one.csv'))).toEqual(rankRows(await scores(), groups, 1).map(String));
  const record = await ranked.run('in.csv', 'all.csv', { top: null });
  expect(idsOf(ranked.read('all.csv'))).toEqual(rankRows(await scores(), groups, null).map(String));
  expect(record.counts.rows_cut).toBe(0);
});

test('without a rank in the launch file, a cut takes the highest first score of the whole file', async () => {
  await plain.run('in.csv', 'top.csv', { top: 50 });
  expect(idsOf(plain.read('top.csv'))).toEqual(rankRows(await scores(), null, 50).map(String));
});

test('rows can be kept in input order whatever the launch file says', async () => {
  await ranked.run('in.csv', 'ordered.csv', { ranked: false });
  expect(idsOf(ranked.read('ordered.csv'))).toEqual(learners.map((learner) => learner.learner_id));
});

test('a file without the column of the groups is refused with the name that was meant', async () => {
  ranked.write('mentors.csv', 'hours_studied,quiz_score,mentor\n1,2,m\n');
  await expect(ranked.run('mentors.csv', 'x.csv')).rejects.toMatchObject({
    code: 'INPUT_SCHEMA',
    hint: 'Did you mean "mentor"?',
  });
});

test('a cut and no order contradict each other', async () => {
  await expect(plain.run('in.csv', 'x.csv', { top: 1, ranked: false })).rejects.toMatchObject({ code: 'USAGE' });
});
