import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSlipwayError } from '@slipway/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ColumnWishes, chooseColumns } from './choose-columns.ts';
import { openTable, type TrainingTable } from './open-table.ts';
import { readTrainingData } from './training-data.ts';

let folder: string;
const opened: TrainingTable[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-data-'));
});
afterEach(() => {
  for (const table of opened.splice(0)) table.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tableOf(header: string, rows: readonly string[]): Promise<TrainingTable> {
  const path = join(folder, 'data.csv');
  await writeFile(path, `${[header, ...rows].join('\n')}\n`);
  const table = await openTable(path);
  opened.push(table);
  return table;
}

/** `count` rows made from their number. */
function rowsOf(count: number, row: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => row(index));
}

async function refusal(doing: Promise<unknown>): Promise<string> {
  const error = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isSlipwayError(error)) throw error ?? new Error('nothing was refused');
  return `${error.code}: ${error.message} ${error.hint}`;
}

describe('choosing columns', () => {
  const header = 'id,x,flag,plan,void,y';
  const rows = rowsOf(30, (index) => `L${index},${index / 2},${index % 3 === 0},basic,,${index % 2}`);
  const choose = async (wishes: Partial<ColumnWishes>) =>
    chooseColumns(await tableOf(header, rows), { label: 'y', features: null, unit: null, context: [], ...wishes });

  test('without a wish, every numeric and boolean column is a feature and the others are named with a reason', async () => {
    expect(await choose({ unit: 'id' })).toEqual({
      features: [
        { name: 'x', kind: 'number' },
        { name: 'flag', kind: 'boolean' },
      ],
      ignored: [
        { name: 'plan', reason: 'is text' },
        { name: 'void', reason: 'is empty' },
      ],
    });
  });

  test('named features come in the order in which they were named', async () => {
    const { features, ignored } = await choose({ features: ['flag', 'x'] });
    expect(features.map(({ name }) => name)).toEqual(['flag', 'x']);
    expect(ignored).toEqual([]);
  });

  test.each<[Partial<ColumnWishes>, RegExp]>([
    [{ label: 'why' }, /no column "why"\. The columns are id, x, flag, plan, void, y\./],
    [{ features: ['flg'] }, /no column "flg"\. Did you mean "flag"\?/],
    [
      { features: ['plan'] },
      /feature "plan" is a number in 0 of 30 rows: data row 1 has "basic"\. Features are numbers/,
    ],
    [{ features: ['void'] }, /feature "void" is empty\. Take it out/],
    [{ features: ['y'] }, /"y" is the label, unit or context; it cannot be a feature too\. Name it in one/],
    [{ features: ['x', 'x'] }, /feature "x" is named twice\. Name each feature once/],
    [{ unit: 'y' }, /"y" is named twice among label, unit and context\./],
    [{ context: ['x', 'flag'] }, /No column can be a feature: id is text, plan is text, void is empty\./],
  ])('%j is refused', async (wishes, message) => {
    expect(await refusal(choose(wishes))).toMatch(message);
  });

  test('a column that is nearly all numbers is a mistake in the file, not text', async () => {
    const table = await tableOf('x,y', [...rowsOf(30, (index) => `${index},${index % 2}`), 'n/a,1']);
    const chosen = chooseColumns(table, { label: 'y', features: null, unit: null, context: [] });
    expect(await refusal(chosen)).toMatch(
      /^TRAINING_DATA: The column "x" is a number in 30 of 31 rows: data row 31 has "n\/a"\. Mend the file/,
    );
  });
});

describe('reading rows', () => {
  const read = async (
    header: string,
    rows: readonly string[],
    features: readonly string[] = ['x'],
    positive: string | null = null,
  ) => {
    const table = await tableOf(header, rows);
    const chosen = await chooseColumns(table, { label: 'y', features, unit: null, context: [] });
    return readTrainingData(table, { name: 'y', positive }, chosen.features);
  };
  const good = rowsOf(30, (index) => `${index},${index % 2}`);

  test('columns, labels and row numbers of complete rows are given, and what was left out is told', async () => {
    const data = await read('x,y', ['1.5,true', ',false', '2.5,', ...rowsOf(30, (row) => `${row},${row % 2 === 0}`)]);
    expect(data.labels.slice(0, 3)).toEqual(Uint8Array.of(1, 1, 0));
    expect(data.columns[0].slice(0, 3)).toEqual(Float64Array.of(1.5, 0, 1));
    expect(data.rows.slice(0, 3)).toEqual(Uint32Array.of(0, 3, 4));
    expect(data.notes[0]).toBe('2 of 33 rows left out: no y (1), x (1)');
  });

  test('where features are missing, it is told what that means for the files to score', async () => {
    expect((await read('x,y', [...good, ...good, ',1'])).notes).toEqual([
      '1 of 61 rows left out: no x (1)',
      expect.stringMatching(
        /^1\.6 % of the rows miss a feature; .*exit code 12.*missing: VALUE.*raise max_quarantine$/,
      ),
    ]);
    expect((await read('x,y', [...good, ...good, '7,'])).notes).toEqual(['1 of 61 rows left out: no y (1)']);
  });

  test('a label of two words is read by the one that means 1', async () => {
    const words = rowsOf(30, (row) => `${row},${row % 3 === 0 ? ' yes ' : 'no'}`);
    const { labels } = await read('x,y', [...words, '31,'], ['x'], 'yes');
    expect(labels.length).toBe(30);
    expect(labels.slice(0, 4)).toEqual(Uint8Array.of(1, 0, 0, 1));
    const oneAndTwo = rowsOf(30, (row) => `${row},${1 + (row % 2)}`);
    expect((await read('x,y', oneAndTwo, ['x'], '1')).labels.slice(0, 2)).toEqual(Uint8Array.of(1, 0));
  });

  test.each<[string, readonly string[], string, RegExp]>([
    [
      'a value that the label never has',
      rowsOf(30, (row) => `${row},${row % 2 ? 'yes' : 'no'}`),
      'yse',
      /is never "yse"; its values are "no", "yes"\. Did you mean "yes"\?/,
    ],
    [
      'a value like none',
      rowsOf(30, (row) => `${row},${row % 2 ? 'yes' : 'no'}`),
      'churned',
      /is never "churned".* Pass --positive with the value/,
    ],
    [
      'a label of three values',
      rowsOf(30, (row) => `${row},${'abc'[row % 3]}`),
      'a',
      /has 3 values, "a", "b", "c", and not two\. .*two classes/,
    ],
    [
      'a label of many values',
      rowsOf(30, (row) => `${row},${row}`),
      '1',
      /has 30 values, .*"17" and 20 more, and not two/,
    ],
    ['a label without values', rowsOf(5, (row) => `${row},`), 'yes', /has no value in 5 rows/],
    ['a label of one value', rowsOf(30, (row) => `${row},yes`), 'yes', /is 1 in all 30 complete rows/],
  ])('%s is refused', async (_, rows, positive, message) => {
    expect(await refusal(read('x,y', rows, ['x'], positive))).toMatch(message);
  });

  test('a column that never changes, and one that looks like row numbers, are pointed out', async () => {
    const rows = rowsOf(30, (index) => `7,${index},${index % 2}`);
    expect((await read('same,id,y', rows, ['same', 'id'])).notes).toEqual([
      'same is 7 in every row, so it tells nothing',
      'id is a different whole number in every row; if it names rows, pass it with --unit',
    ]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['two classes', [...good, '1,2'], /label "y" is 2 in data row 31\. Write the label as 0 and 1/],
    ['words', [...good, '1,yes'], /label "y" is "yes" in data row 31\./],
    [
      'two words',
      rowsOf(30, (row) => `${row},${row % 2 ? 'yes' : 'no'}`),
      /label "y" is "no" or "yes"\. .*--positive "no" or --positive "yes"\./,
    ],
    ['two other numbers', rowsOf(30, (row) => `${row},${1 + (row % 2)}`), /label "y" is "1" or "2"\. .*--positive "1"/],
    ['no label', rowsOf(5, (row) => `${row},`), /label "y" has no value in 5 rows\./],
    ['one class', rowsOf(30, (row) => `${row},1`), /label "y" is 1 in all 30 complete rows: there is nothing to tell/],
    [
      'a rare class',
      [...rowsOf(30, (row) => `${row},0`), '1,1'],
      /label "y" is 1 in 1 complete row; each class needs 10\. Add rows of the class that is missing\./,
    ],
    [
      'features that are mostly missing',
      [...rowsOf(30, (row) => `,${row % 2}`), '1,1'],
      /is 0 in 0 complete rows; .*--features: x has no value in 30 rows\./,
    ],
    ['a number that float32 cannot hold', [...good, '1e39,1'], /"x" is 1e\+39 in data row 31, more than a float32/],
    ['a number that float64 cannot hold', [...good, '1e999,1'], /"x" is Infinity in data row 31/],
  ])('a file with %s is refused', async (_, rows, message) => {
    expect(await refusal(read('x,y', rows))).toMatch(message);
  });

  test('a file without rows is refused', async () => {
    const table = await tableOf('x,y', []);
    expect(
      await refusal(readTrainingData(table, { name: 'y', positive: null }, [{ name: 'x', kind: 'number' }])),
    ).toMatch(/no value in 0 rows/);
  });
});
