import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BatchCase, openCase } from '../../batch/fixtures/batch-case.ts';
import type { Question, RunRecord } from '../../batch/index.ts';
import { styleFor } from '../style.ts';
import { runText } from './run-text.ts';

let here: BatchCase;
beforeAll(async () => {
  here = await openCase();
});
afterAll(() => here.close());

const head = 'learner_id,hours_studied,quiz_score\n';
const terminal = styleFor({ isTTY: true, columns: 80, write: () => {} }, {});
const plain = styleFor({ isTTY: false, columns: 80, write: () => {} }, {});

async function runOf(rows: string): Promise<RunRecord> {
  here.write('in.csv', head + rows);
  return here.run('in.csv', 'out.csv', { maxQuarantine: 0.9 });
}

function textOf(record: RunRecord): string {
  return runText(record, (path) => path, plain);
}

test('reasons of the quarantine say in words what is wrong', async () => {
  const text = textOf(await runOf('a,1,50\nb,NaN,50\nc,1\nd,1e9,50\n"e"f,1,50\n'));
  for (const reason of [
    'hours_studied: not a finite number',
    'hours_studied: over the maximum',
    'wrong number of fields',
    'stray quote',
  ]) {
    expect(text).toContain(`1 × ${reason}\n`);
  }
});

test('an answer is painted by whether it is good: a shift is not, and no shift is', async () => {
  const record = await runOf('a,1,50\n');
  const painted = (answer: Question['answer'], good: boolean | null) => {
    const questions = [{ question: 'Did the prediction distribution shift?', answer, good, text: '' }];
    return runText({ ...record, questions }, (path) => path, terminal);
  };
  expect(painted('no', true)).toContain('\u001b[32mno\u001b[39m');
  expect(painted('yes', false)).toContain('\u001b[31myes\u001b[39m');
  expect(painted('inconclusive', null)).toContain('\u001b[33minconclusive\u001b[39m');
});

test('one row and none are counted in words of their own, and get no histogram', async () => {
  const one = textOf(await runOf('a,1,50\n'));
  expect(one).toContain('1 row read, 1 written.');
  expect(one).toContain('Were all records scored? yes\n  The one row that there is.');
  expect(one).toMatch(/risk_score {3}0\.\d+\n$/);
  const none = textOf(await runOf(''));
  expect(none).toContain('0 rows read, 0 written.');
  expect(none).toContain('The input has no rows.');
  expect(none).toMatch(/risk_score {3}no scores\n$/);
});

test('from a hundred scores on they are drawn, unless the run wrote nothing', async () => {
  expect(textOf(await runOf('a,1,50\n'.repeat(99)))).not.toContain('█');
  const record = await runOf('a,1,50\n'.repeat(100));
  expect(textOf(record)).toContain('█');
  expect(textOf({ ...record, output: null })).not.toContain('risk_score');
});
