import { Random } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { csvFields } from './csv-record.ts';
import { openCase } from './fixtures/batch-case.ts';
import { RecordScanner } from './record-scanner.ts';

const here = await openCase();
afterAll(() => here.close());

function recordsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const records: string[] = [];
  const scanner = new RecordScanner('csv', ({ start, end }) => records.push(bytes.subarray(start, end).toString()));
  scanner.push(bytes);
  scanner.end();
  return records;
}

const wellFormed = ['a', 'x y', '', '""', ' q', '5" pipe', '"x,y"', '"q""r"', ' "s" '];
const malformed = ['a"b', '"a"b', '"a" b', '"a""b', 'x"y"z', '"open', '"a"b"c"'];

/** A file of learners with what goes wrong in files: quotes, breaks, fields too few and too many, words for numbers. */
function damagedFile(random: Random, lineEnd: string): string {
  const lines = Array.from({ length: 30 }, () => {
    const kinds = random.next() < 0.8 ? [...wellFormed, `"b${lineEnd}c"`] : malformed;
    const fields = [random.pick(kinds), String(random.integer(40)), '50'];
    const damage = random.integer(12);
    if (damage === 0) fields.pop();
    if (damage === 1) fields.push('z');
    if (damage === 2) fields[1] = 'word';
    return fields.join(',') + lineEnd;
  });
  return `note,hours_studied,quiz_score${lineEnd}${lines.join('')}`;
}

test('of 40 damaged files (seed 5), every record is in the output as it was, or in the quarantine', async () => {
  const random = new Random(5);
  for (let round = 0; round < 40; round++) {
    const text = damagedFile(random, round % 2 === 0 ? '\n' : '\r\n');
    here.write('damaged.csv', text);
    const { counts } = await here.run('damaged.csv', 'out.csv', { maxQuarantine: 1 });
    const bad = new Set<number>();
    let badRows = 0;
    if (counts.rows_quarantined > 0) {
      for (const line of here.read('out.csv.quarantine.ndjson').trimEnd().split('\n')) {
        const { record, rows = 1 } = JSON.parse(line);
        bad.add(record);
        badRows += rows;
      }
    }
    const good = recordsOf(text).filter((_, at) => at > 0 && !bad.has(at));
    const written = recordsOf(here.read('out.csv')).slice(1);
    expect(written.map((record) => csvFields(record).slice(0, 3))).toEqual(
      good.map((record) => csvFields(record).slice(0, 3)),
    );
    expect(counts.rows_read).toBe(good.length + badRows);
  }
});
