import { afterAll, expect, test } from 'vitest';
import { openCase } from './fixtures/batch-case.ts';

const here = await openCase();
afterAll(() => here.close());

const head = 'learner_id,hours_studied,quiz_score\n';
const learners = Array.from({ length: 1000 }, (_, at) => `L-${at},${at % 40},50\n`);

/** The learners with a quote too many in front of one of them, and what stands behind them all. */
function withStrayQuote(at: number, last = ''): string {
  return `${head}${learners.map((line, index) => (index === at ? `"${line}` : line)).join('')}${last}`;
}

function quarantined(output: string): readonly Record<string, unknown>[] {
  const lines = here.read(`${output}.quarantine.ndjson`).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test.each([
  ['that is never closed', '', 'unclosed_quote', 1001, 400],
  ['that the next quoted field closes', '"L-x",1,50\nL-y,1,50\n', 'stray_quote', 1002, 401],
  ['that a quote in front of a comma closes', 'L-x",1\nL-y,1,50\n', 'fields', 1002, 401],
] as const)('every row behind a stray quote %s is accounted for', async (_, last, rule, lastLine, rows) => {
  const text = withStrayQuote(600, last);
  here.write('stray.csv', text);
  const record = await here.run('stray.csv', 'stray-out.csv', { maxQuarantine: 0.01 });
  expect(record.counts.rows_read).toBe(text.trimEnd().split('\n').length - 1);
  expect(record.counts.rows_quarantined).toBe(rows);
  expect(record).toMatchObject({ verdict: 'fail', output: null, input: { rows: record.counts.rows_read } });
  expect(record.quarantine).toMatchObject({ rows, reasons: [{ column: 'record', rule, rows }] });
  const [only, ...others] = quarantined('stray-out.csv');
  expect(others).toEqual([]);
  expect(only).toMatchObject({ record: 601, line: 602, last_line: lastLine, rows, column: 'record', rule });
  expect(only?.reason).toContain(
    `lines 602 to ${lastLine} became one record, most likely by a stray quote in line 602`,
  );
  const lines = text.split('\n').slice(601, lastLine);
  expect(String(only?.raw).trimEnd()).toBe(lines.join('\n'));
  expect(only).not.toHaveProperty('raw_cut');
});

test('a stray quote that swallows more than the reader takes still has all its lines counted', async () => {
  const note = 'x'.repeat(3000);
  const lines = learners.map((line, at) => `${at === 100 ? '"' : ''}${line.trimEnd()},${note}\n`);
  here.write('long.csv', `${head.trimEnd()},note\n${lines.join('')}"L-x",1,50,short\n`);
  const record = await here.run('long.csv', 'long-out.csv', { maxQuarantine: 1 });
  expect(record.counts).toMatchObject({ rows_read: 1001, rows_scored: 100, rows_quarantined: 901 });
  expect(quarantined('long-out.csv')[0]).toMatchObject({ line: 102, last_line: 1002, rows: 901, raw_cut: true });
});

test('a quoted field with line breaks is one row, whether its row is good or refused for a value', async () => {
  here.write('notes.csv', `${head}"a\n\nb",1,50\n"c\nd",two,50\ne,1,50\n`);
  const record = await here.run('notes.csv', 'notes-out.csv', { maxQuarantine: 1 });
  expect(record.counts).toMatchObject({ rows_read: 3, rows_scored: 2, rows_quarantined: 1 });
  const [only] = quarantined('notes-out.csv');
  expect(only).toMatchObject({ record: 2, line: 5, last_line: 6, rule: 'type', raw: '"c\nd",two,50' });
  expect(only).not.toHaveProperty('rows');
});
