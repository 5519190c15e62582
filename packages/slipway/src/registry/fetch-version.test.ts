import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { folderStore } from './artifacts/folder-store.ts';
import { fetchVersion } from './fetch-version.ts';
import { ana } from './fixtures/actors.ts';
import type { ArtifactStore } from './ports.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-fetch-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function stored() {
  const folder = folderStore(join(mkdtempSync(join(root, 'store-')), 'artifacts'));
  const put = (text: string) => folder.put(Buffer.from(text));
  const files = { artifact: await put('a'), launch: await put('l'), proof: await put('p') };
  const createdAt = '2026-11-24T12:00:00.000Z';
  const version = { model: 'm', version: '1.0.0', reference: null, golden: null, createdAt, by: ana, ordinal: 1 };
  // Not a folder to its reader: it has no paths.
  const { pathOf: _, ...elsewhere } = folder;
  return { folder, elsewhere: elsewhere as ArtifactStore, version: { ...version, ...files } };
}

describe.each(['folder', 'elsewhere'] as const)('a store that is a %s', (kind) => {
  test.each(['lost', 'damaged'])('a proof that is %s stops nothing: a new one has its place', async (fate) => {
    const { version, ...stores } = await stored();
    const cache = mkdtempSync(join(root, 'cache-'));
    if (fate === 'lost') await stores.folder.delete(version.proof);
    else writeFileSync(stores.folder.pathOf(version.proof), 'other bytes');
    const { proof } = await fetchVersion(version, stores[kind], cache);
    expect(proof.from).toEqual([proof.to]);
  });

  test('a model file that is lost is told', async () => {
    const { version, ...stores } = await stored();
    await stores.folder.delete(version.artifact);
    const fetched = fetchVersion(version, stores[kind], mkdtempSync(join(root, 'cache-')));
    await expect(fetched).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  });
});
