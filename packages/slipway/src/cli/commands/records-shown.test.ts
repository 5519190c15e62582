import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistry } from '../../registry/open-registry.ts';
import { type CommandFolder, commandFolder } from '../fixtures/registry-commands.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-records-'));
let here: CommandFolder;
/** Three versions, all of which were in production once, the last two for a request. */
beforeAll(async () => {
  here = commandFolder(root);
  for (const [index, version] of ['1.0.0', '1.1.0', '1.2.0'].entries()) {
    here.write(version, { bias: index + 1 });
    await here.json('push');
    await here.json('promote', `learner-risk@${version}`, '--why', `a  week\nof ${version}`);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('rollback', () => {
  test('says where it went, where the next one goes, and how to go forward again', async () => {
    const { out } = await here.run('rollback', 'learner-risk@production', '--expect', '1.2.0');
    expect(out).toContain('learner-risk@production  1.2.0 → 1.1.0 (rolled back)\n');
    expect(out).toContain('the next rollback goes to 1.0.0; forward again: slipway promote learner-risk@1.2.0\n');
    expect(out).not.toContain('was rolled back before');
    const second = await here.run('rollback', 'learner-risk', '--by', 'bo');
    expect(second.out).toContain(
      'production  1.1.0 → 1.0.0 (rolled back)\n  It was rolled back before, from 1.2.0 by ada at ',
    );
    expect(second.out).toContain('no version before it is left; forward again: slipway promote learner-risk@1.1.0\n');
    const third = await here.run('rollback', 'learner-risk');
    expect(third).toMatchObject({
      code: 4,
      out: '',
      err: expect.stringContaining('slipway promote learner-risk@VERSION'),
    });
  });

  test.each([
    [['learner-risk@1.0.0'], 'names a version', '`slipway promote learner-risk@1.0.0`'],
    [['learner-risk@staging', '--alias', 'production'], 'names the alias staging', 'Name the alias once.'],
    [['learner-risk@previous'], 'cannot be moved by itself', 'Move `production`'],
    [['learner-risk', '--alias', 'Production'], '"Production" is no alias', 'such as production'],
  ])('of %j is told what to type', async (words, message, hint) => {
    const { code, err } = await here.run('rollback', ...words);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });
});

test('rollback of an alias that never was is told with what was meant', async () => {
  const { code, err } = await here.run('rollback', 'learner-risk@producton');
  expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining('Did you mean learner-risk@production?') });
  expect((await here.run('rollback', 'learner-risk@live')).err).toContain('It has production.');
});

describe('audit', () => {
  test('shows from where to where an alias moved', async () => {
    const { out } = await here.run('audit');
    expect(out).toMatch(/ 2 +.* ada +alias\.promote +learner-risk@production +nothing → 1\.0\.0 +a week of 1\.0\.0\n/);
    expect(out).toMatch(/ 7 +.* alias\.rollback +learner-risk@production +1\.2\.0 → 1\.1\.0\n/);
  });

  test.each([
    [['--keep', 'x'], '--keep belongs to', '`slipway audit verify --keep FILE`'],
    [['--head', 'x'], '--head belongs to', '`slipway audit verify --head HEAD`'],
    [['verify', '--limit', '5'], 'takes no --limit', 'Leave it out.'],
    [['verify', '--model', 'learner-risk'], 'takes no --model', 'Leave it out.'],
  ])('an option that would do nothing is refused: %j', async (words, message, hint) => {
    const { code, out, err } = await here.run('audit', ...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });

  test('verify says where the head went, and where no file can be', async () => {
    expect((await here.run('audit', 'verify', '--keep', 'head.json')).out).toContain('the head is in head.json');
    expect(JSON.parse(readFileSync(join(here.folder, 'head.json'), 'utf8'))).toMatchObject({ sequence: 8 });
    const { code, err } = await here.run('audit', 'verify', '--keep', 'none/head.json');
    expect(err).toContain('OUTPUT_NOT_WRITABLE');
    expect(code).not.toBe(0);
  });
});

describe('show', () => {
  test('has the details of an entry a line each', async () => {
    const { out } = await here.run('show', 'audit/4');
    expect(out).toMatch(/\n {2}details {3}from: 1\.0\.0\n {12}revision: 2\n {12}to: 1\.1\.0\n/);
  });

  test('what is not there is looked for in a registry that has an address', async () => {
    const address = `in sqlite:${join(here.folder, '.slipway', 'registry.db')}\n`;
    for (const words of [
      ['show', 'learner-risk@9.9.9'],
      ['versions', 'nope'],
      ['promote', 'nope@1.0.0'],
      ['batch', '--model', 'nope@production', 'a.csv', 'b.csv'],
    ]) {
      expect((await here.run(...words)).err).toContain(address);
    }
    for (const words of [
      ['approve', 'a99'],
      ['keys', 'revoke', 'nope'],
    ]) {
      expect((await here.run(...words)).err).toContain(`where  ${address.slice('in '.length)}`);
    }
  });

  test('renders an entry of the audit log', async () => {
    const { out } = await here.run('show', 'audit/4');
    for (const part of ['audit/4\n', 'change    1.0.0 → 1.1.0\n', 'why       a week of 1.1.0\n', 'by        ada\n']) {
      expect(out).toContain(part);
    }
    expect(await here.json('show', 'audit/4')).toMatchObject({ sequence: 4, action: 'alias.promote' });
    for (const what of ['audit/999', 'audit/x', 'audit/0']) expect((await here.run('show', what)).code).toBe(4);
  });

  test('renders a request for approval, and what became of it', async () => {
    await here.run('approvals', 'learner-risk', '--require');
    const asked = await here.run('promote', 'learner-risk@1.2.0', '--why', 'mended');
    const id = /slipway approve (a\d+)/.exec(asked.out)?.[1] ?? '';
    const open = (await here.run('show', id)).out;
    expect(open).toMatch(/asks for +production → 1\.2\.0\n +asked by +ada\n/);
    expect(open).toContain(`slipway approve ${id} --reject`);
    const other = await here.json<{ approval: { id: string } }>('promote', 'learner-risk@1.1.0');
    await here.run('approve', id, '--by', 'bo');
    expect((await here.run('show', `approval/${id}`)).out).toMatch(/state +approved by bo at 2/);
    expect((await here.run('show', other.approval.id)).out).toMatch(/state +overtaken by bo at 2/);
    const { code, err } = await here.run('approve', other.approval.id, '--by', 'cy');
    expect(code).toBe(5);
    expect(err).toMatch(/of ada \(learner-risk@production → 1\.1\.0\) was overtaken: bo moved the alias at 2/);
    expect((await here.run('audit', '--limit', '3')).out).toMatch(
      /approval\.overtake +approval\/a\d+ +production → 1\.1\.0, asked by ada/,
    );
  });

  test('renders a record of any kind, with what it is about', async () => {
    const registry = await openRegistry({ url: `sqlite:${join(here.folder, '.slipway', 'registry.db')}` });
    const by = { kind: 'system', id: 'launcher' } as const;
    await registry.putRecord('launch', 'l1', { arm: 'canary' }, { by, model: 'learner-risk', version: '1.0.0' });
    await registry.close();
    const { out } = await here.run('show', 'launch/l1');
    expect(out).toMatch(
      /^launch\/l1\n +about +learner-risk@1\.0\.0\n +written +2.* by system launcher\n\n\{\n {2}"arm": "canary"\n\}\n$/,
    );
    expect(await here.json('show', 'launch/l1')).toEqual({ arm: 'canary' });
  });
});

test.each([
  [['delete', 'learner-risk'], '`slipway versions learner-risk` lists them'],
  [['promote', 'learner-risk@1.0.0', '--alias', 'Prod'], 'such as prod'],
  [['keys', 'create'], '`slipway keys create --help`'],
  [['approve', 'a1', '--help'], undefined],
])('%j is told what fits', async (words, hint) => {
  const { out, err } = await here.run(...words);
  if (hint === undefined) expect(out).toContain('slipway approve a17 ');
  else expect(err).toContain(hint);
});
