import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import { commandTable } from './command-table.ts';

const bin = fileURLToPath(new URL('../../bin/slipway.js', import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
afterAll(() => rmSync(temporary, { recursive: true }));

test('slipway --version prints the version of the package and loads nothing but the bin file', () => {
  // A copy that has no sources beside it could not load anything else.
  mkdirSync(join(temporary, 'bin'));
  copyFileSync(bin, join(temporary, 'bin', 'slipway.js'));
  copyFileSync(join(bin, '..', '..', 'package.json'), join(temporary, 'package.json'));
  const copied = join(temporary, 'bin', 'slipway.js');
  for (const option of ['--version', '-V']) {
    expect(execFileSync(process.execPath, [copied, option], { encoding: 'utf8' })).toBe(`${about.version}\n`);
  }
});

test('an older Node.js gets one clear line and exit code 3', () => {
  const olderNode = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.19.5' })`;
  const ran = spawnSync(process.execPath, ['--import', olderNode, bin, '--help'], { encoding: 'utf8' });
  expect(ran.stderr).toBe('NODE_TOO_OLD: Slipway needs Node.js 24.6 or newer; this is 20.19.5.\n');
  expect({ out: ran.stdout, code: ran.status }).toEqual({ out: '', code: 3 });
});

test('an unknown command exits with 2 and leaves stdout empty', () => {
  const ran = spawnSync(process.execPath, [bin, 'bacth'], { encoding: 'utf8' });
  expect(ran.stderr).toContain("USAGE: Unknown command 'bacth'.");
  expect(ran.stderr).toContain('Did you mean batch?');
  expect({ out: ran.stdout, code: ran.status }).toEqual({ out: '', code: 2 });
});

test('an error that no command could catch is reported without a stack', () => {
  const crash = `data:text/javascript,process.once('beforeExit', () => { throw new TypeError('boom'); })`;
  const ran = spawnSync(process.execPath, ['--import', crash, bin, '--help'], { encoding: 'utf8' });
  expect(ran.stderr).toMatch(/^INTERNAL: boom\n {2}hint {3}.*\n$/);
  expect(ran.status).toBe(1);
});

test('an error while an error is reported ends the process', () => {
  const crash = `data:text/javascript,process.once('beforeExit', () => {
    process.stderr.write = () => { throw new Error('broken') };
    throw new TypeError('boom');
  })`;
  const ran = spawnSync(process.execPath, ['--import', crash, bin, '--help'], { encoding: 'utf8', timeout: 20_000 });
  expect({ status: ran.status, signal: ran.signal }).toEqual({ status: 1, signal: null });
});

test('a reader that goes away ends the program quietly', async () => {
  const child = spawn(process.execPath, [bin, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ err, code }).toEqual({ err: '', code: 0 });
});

test.each(commandTable.map(({ name }) => name))('slipway %s --help shows an example', (name) => {
  const help = execFileSync(process.execPath, [bin, name, '--help'], { encoding: 'utf8' });
  expect(help).toContain(`Usage: slipway ${name}`);
  expect(help).toMatch(new RegExp(`Examples?:\\n( {2}\\S.*\\n)*? {2}slipway ${name}`));
});
