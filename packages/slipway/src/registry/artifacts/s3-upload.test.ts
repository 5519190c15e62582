import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOfBytes } from './blob.ts';
import { listOf } from './fixtures/conformance.ts';
import { startS3, type TestS3 } from './fixtures/s3-server.ts';
import { withServer } from './fixtures/scripted-server.ts';
import { s3Store } from './s3-store.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-s3-upload-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const bytes = Buffer.from('weights');
const end = (response: ServerResponse, status: number, body = '') => response.writeHead(status).end(body);

describe('a file that goes up in parts', () => {
  const mebibyte = 2 ** 20;
  const content = (mebibytes: number, seed: number) =>
    Array.from({ length: mebibytes }, (_, at) => Buffer.alloc(mebibyte, seed + at));
  let server: TestS3;
  beforeAll(async () => {
    server = await startS3(join(root, 'parts'));
  });
  afterAll(() => server.close());

  /** Parts of 5 MiB, the least that S3 takes, so that a small file has several. */
  const storeIn = (bucketPrefix: string) =>
    s3Store({
      ...{ endpoint: server.endpoint, region: 'us-east-1', bucket: 'models', prefix: bucketPrefix, isPathStyle: true },
      ...{ credentials: { id: 'S3RVER', secret: 'S3RVER', session: null }, partBytes: 5 * mebibyte },
    });
  async function* stream(chunks: readonly Buffer[]): AsyncIterable<Uint8Array> {
    yield* chunks;
  }

  test('is what it was, from a stream and from memory alike, and no part is left behind', async () => {
    const store = storeIn('whole/');
    const [one, other] = [content(12, 1), content(11, 100)];
    expect(await store.put(stream(one))).toBe(digestOfBytes(Buffer.concat(one)));
    const inMemory = Buffer.concat(other);
    const other11 = await store.put(inMemory);
    expect(Buffer.from(await store.get(other11)).equals(inMemory)).toBe(true);
    await store.verify(digestOfBytes(Buffer.concat(one)));
    expect(server.requests.filter((each) => each.includes('partNumber='))).toHaveLength(6);
    expect(server.uploads()).toEqual([]);
    // What is there stays: no part goes up again.
    await store.put(stream(one));
    expect(server.requests.filter((each) => each.includes('partNumber='))).toHaveLength(6);
  });

  test('that is refused half-way is not there, and its parts are taken away', async () => {
    const store = storeIn('refused/');
    const stop = server.refuse((request) => request.includes('partNumber=2'));
    await expect(store.put(stream(content(12, 2)))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await listOf(store)).toEqual([]);
    expect(server.uploads()).toEqual([]);
    stop();
    await store.verify(await store.put(stream(content(12, 2))));
  });

  test('whose writer is killed half-way is not there; what it left is removed later, and what is going on is not', async () => {
    const url = 's3://models/killed';
    const putting = fileURLToPath(new URL('./fixtures/putting-process.ts', import.meta.url));
    // 25 MiB: two parts of the default size.
    const child = spawn(process.execPath, [putting, url, '3', '400'], { env: { ...process.env, ...server.env } });
    const stop = server.refuse((request) => {
      if (request.includes('partNumber=2')) child.kill('SIGKILL');
      return false;
    });
    await once(child, 'close');
    stop();
    const store = storeIn('killed/');
    expect(await listOf(store)).toEqual([]);
    expect(server.uploads()).toHaveLength(1);
    expect(await store.removeDrafts(Date.now() - 60_000)).toBe(0);
    expect(await store.removeDrafts(Date.now() + 60_000)).toBe(1);
    expect(server.uploads()).toEqual([]);
  });

  test('whose end is refused after a 200 is not taken as there', async () => {
    await withServer(
      (request, response) => {
        const { method, url = '' } = request;
        if (method === 'HEAD') return end(response, 404);
        if (method === 'POST' && url.endsWith('uploads=')) return end(response, 200, '<UploadId>u</UploadId>');
        if (method === 'PUT') return response.writeHead(200, { etag: '"e"' }).end();
        return end(response, 200, method === 'POST' ? '<Error><Code>InternalError</Code></Error>' : '');
      },
      async (endpoint, asked) => {
        const store = s3Store({
          ...{ endpoint, region: 'eu', bucket: 'b', prefix: '', isPathStyle: true, partBytes: 4 },
          credentials: { id: 'KEY', secret: 'SECRET', session: null },
        });
        await expect(store.put(bytes)).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          message: expect.stringContaining('InternalError'),
        });
        expect(asked.at(-1)).toMatchObject({ method: 'DELETE', url: expect.stringContaining('uploadId=u') });
      },
    );
  });
});
