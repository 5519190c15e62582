import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { removeLeftovers, stagedFile } from './staging.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-staging-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

test('a staged file replaces the one that is there only when it is committed', async () => {
  writeFileSync(at('out.csv'), 'old');
  const staged = stagedFile(at('out.csv'), 'output');
  writeFileSync(staged.path, 'new');
  expect(readFileSync(at('out.csv'), 'utf8')).toBe('old');
  await staged.commit();
  expect(readFileSync(at('out.csv'), 'utf8')).toBe('new');
  expect(existsSync(staged.path)).toBe(false);
});

test('a staged file that is discarded leaves nothing, also where it was never written', async () => {
  const staged = stagedFile(at('gone.csv'), 'output');
  await staged.discard();
  writeFileSync(staged.path, 'x');
  await staged.discard();
  expect(readdirSync(folder)).toEqual(['out.csv']);
});

test('a staged file that cannot be written says so, with the path of its target', async () => {
  // A name that is too long, as who runs the tests may write anywhere.
  const target = at(`${'x'.repeat(250)}.csv`);
  await expect(stagedFile(target, 'output').write('')).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    where: target,
  });
  await expect(stagedFile(at('never-written.csv'), 'output').commit()).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
  });
});

test('leftovers of killed runs for the same target are removed; those of living ones and of others stay', async () => {
  // No process has this number: it is above what Linux and macOS hand out.
  writeFileSync(at('.out.csv.slipway-99999999-output.part'), '');
  writeFileSync(at(`.out.csv.slipway-${process.ppid}-output.part`), '');
  writeFileSync(at('.other.csv.slipway-99999999-output.part'), '');
  writeFileSync(at('.out.csv.slipway-notes.txt'), '');
  await removeLeftovers(at('out.csv'));
  expect(readdirSync(folder).sort()).toEqual(
    [
      '.other.csv.slipway-99999999-output.part',
      `.out.csv.slipway-${process.ppid}-output.part`,
      '.out.csv.slipway-notes.txt',
      'out.csv',
    ].sort(),
  );
});
