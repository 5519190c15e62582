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

test('the place names the host and the namespace of process ids', () => {
  expect(ownPlace()).toMatch(existsSync('/proc/self/ns/pid') ? /^[A-Za-z0-9-]+-\d+$/ : /^[A-Za-z0-9-]+$/);
});
