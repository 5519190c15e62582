import { expect, test } from 'vitest';
import { queryError } from './query-error.ts';

const part = '/out/.scored.csv.slipway-7-output.part';
const written = [part, '/out/.scored.csv.slipway-7-spill.part'];

test.each([
  [`IO Error: Cannot open file "${part}": Permission denied`, part, 'Permission denied'],
  [`IO Error: Could not write file "${part}": No space left on device`, part, 'No space left on device'],
  [
    `IO Error: Cannot open file "${written[1]}/duckdb_temp_0.tmp": No such file or directory`,
    written[1],
    'No such file',
  ],
])('%s: the output is not writable', (text, where, reason) => {
  expect(queryError(new Error(text), written)).toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    where,
    message: expect.stringContaining(reason),
  });
});

test('any other error of the query engine stays one of the run, with its first line', () => {
  const text = 'IO Error: Cannot open file "/in/learners.csv": No such file or directory\n\nLINE 1: COPY';
  const error = queryError(new Error(text), written);
  expect(error).toMatchObject({ code: 'BATCH_FAILED', message: text.split('\n')[0] });
});
