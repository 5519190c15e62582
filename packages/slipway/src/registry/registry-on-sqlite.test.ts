import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { conformRegistry } from './fixtures/conformance.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-registry-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
conformRegistry({ dialect: 'sqlite', freshUrl: async () => `sqlite:${join(folder, `new-${++count}`, 'registry.db')}` });
