import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAlive, ownPlace, ownProcess } from './process-mark.ts';

test('a process lives until it has ended, and one that was given its id later is another', async () => {
  expect(isAlive(ownProcess())).toBe(true);
  expect(isAlive(String(process.pid))).toBe(true);
  if (existsSync('/proc/self/stat')) expect(isAlive(`${process.pid}-1`)).toBe(false);
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  expect(isAlive(String(child.pid))).toBe(false);
});

test('the place names the host, the running kernel and the namespace of process ids', () => {
  const isLinux = existsSync('/proc/self/ns/pid');
  expect(ownPlace()).toMatch(isLinux ? /^[A-Za-z0-9-]+-[0-9a-f]{12}-\d+$/ : /^[A-Za-z0-9-]+$/);
  expect(ownPlace()).toBe(ownPlace());
});

test('two machines of one host name, whose first namespaces have one number, are two places', () => {
  const one = { host: 'app.example', bootId: '3f2a7c10-9d52-4c1e-8a77-2b1f6a0d4e55\n', namespace: '4026531836' };
  const other = { ...one, bootId: '9b0e1d44-0c3f-4f6b-9a11-7e5d2c3b1a00\n' };
  expect(ownPlace(one)).toBe('app-example-3f2a7c109d52-4026531836');
  expect(ownPlace(other)).not.toBe(ownPlace(one));
  expect(ownPlace({ host: 'app.example', bootId: null, namespace: null })).toBe('app-example');
});
