import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openModelsFolder } from './models-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-models-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function launchAt(...parts: readonly string[]): string {
  const folder = join(root, ...parts);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'launch.yaml'), 'slipway: 1\n');
  return join(folder, 'launch.yaml');
}

test('subfolders with a launch file are models, by their names; nothing outside is, not by a link either', async () => {
  const [b, a] = [launchAt('models', 'b'), launchAt('models', 'a')];
  launchAt('models', 'b', 'deeper');
  launchAt('models', '.hidden');
  launchAt('secret');
  mkdirSync(join(root, 'models', 'empty'));
  symlinkSync(join(root, 'secret'), join(root, 'models', 'link'));
  const models = await openModelsFolder(join(root, 'models'));
  expect(await models.launchFiles()).toEqual([a, b]);
  expect(await models.launchFile('b')).toBe(b);
  for (const name of ['..', '../secret', 'b/deeper', 'link', 'empty', '.hidden', 'nothing', '', '/etc'])
    expect(await models.launchFile(name), name).toBeNull();
});

test('a model that comes later is found; a folder that is not there is told', async () => {
  const models = await openModelsFolder(join(root, 'models'));
  const late = launchAt('models', 'late');
  expect(await models.launchFile('late')).toBe(late);
  await expect(openModelsFolder(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'LAUNCH_NOT_FOUND' });
});
