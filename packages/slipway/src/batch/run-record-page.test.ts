import { readFileSync } from 'node:fs';
import { issueRules } from '@slipway/core';
import { afterAll, expect, test } from 'vitest';
import { openCase } from './fixtures/batch-case.ts';
import { textRules } from './row-issue.ts';

const here = await openCase();
afterAll(() => here.close());

const page = readFileSync(new URL('../../../../docs/reference/run-record.md', import.meta.url), 'utf8');
const head = 'learner_id,hours_studied,quiz_score\n';

function undocumented(names: readonly string[]): readonly string[] {
  return names.filter((name) => !page.includes(`\`${name}\``));
}

test('the reference page names every field of a run record and of a quarantine entry', async () => {
  const bytes = Buffer.concat([
    Buffer.from(`${head}a,1,2\nb,two,3\n`),
    Buffer.from([0xff]),
    Buffer.from(',1,2\n"c,1,2\nd,1,2\n'),
  ]);
  here.write('in.csv', bytes);
  const record = await here.run('in.csv', 'out.csv', { maxQuarantine: 1 });
  const { counts, quarantine, input, questions, scores } = record;
  const parts = [record, counts, quarantine, quarantine?.reasons[0], input, questions[0], scores[0]];
  expect(undocumented(parts.flatMap((part) => Object.keys(part ?? {})))).toEqual([]);
  const entries = here.read('out.csv.quarantine.ndjson').trimEnd().split('\n');
  expect(entries.length).toBe(3);
  expect(undocumented(entries.flatMap((entry) => Object.keys(JSON.parse(entry))))).toEqual([]);
});

test('the reference page names every rule', () => {
  expect(undocumented([...issueRules, ...textRules])).toEqual([]);
});
