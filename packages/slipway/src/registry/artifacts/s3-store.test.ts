import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { digestOfBytes, keyOf } from './blob.ts';
import { conformArtifactStore, listOf } from './fixtures/conformance.ts';
import { startS3 } from './fixtures/s3-server.ts';
import { type Asked, withServer } from './fixtures/scripted-server.ts';
import { openArtifactStore } from './open-store.ts';
import { s3Store } from './s3-store.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-s3-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
conformArtifactStore('an S3 server', async () => {
  const server = await startS3(join(root, 'server'));
  return { ...server, drafts: server.uploads, fresh: () => `s3://models/test ${count++}` };
});

function storeAt(endpoint: string, attemptMsMax = 15_000) {
  const credentials = { id: 'KEY', secret: 'SECRET', session: null };
  return s3Store({ endpoint, region: 'eu', bucket: 'b', prefix: 'p/', isPathStyle: true, credentials, attemptMsMax });
}

const bytes = Buffer.from('weights');
const digest = digestOfBytes(bytes);
const end = (response: ServerResponse, status: number, body = '') => response.writeHead(status).end(body);

describe('a store that does not answer', () => {
  test('nobody listens: STORE_UNAVAILABLE after three attempts', async () => {
    const endpoint = await withServer(
      () => {},
      async (url) => url,
    );
    await expect(storeAt(endpoint).get(digest)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
      where: expect.stringContaining(endpoint),
    });
  });

  test('a server that takes the request and says nothing is given up on', async () => {
    await withServer(
      () => {},
      async (endpoint) => {
        await expect(storeAt(endpoint, 50).get(digest)).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          message: expect.stringContaining('no answer in time, in each of 3 attempts'),
        });
      },
    );
  });

  test('a server that stops in the middle of its answer is given up on', async () => {
    await withServer(
      (_, response) => response.writeHead(200, { 'content-length': 100 }).write('half'),
      async (endpoint) => {
        await expect(storeAt(endpoint, 50).get(digest)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      },
    );
  });

  test('a connection that breaks in the middle of a put is STORE_UNAVAILABLE', async () => {
    await withServer(
      (request, response) =>
        request.method === 'HEAD' ? end(response, 404) : request.once('data', () => request.destroy()),
      async (endpoint) => {
        await expect(storeAt(endpoint).put(Buffer.alloc(5_000_000))).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
        });
      },
    );
  });

  test.each([500, 503, 429])('a %i that passes costs another attempt', async (status) => {
    await withServer(
      (_, response, turn) => (turn === 1 ? end(response, status) : end(response, 200, 'weights')),
      async (endpoint, asked) => {
        expect(Buffer.from(await storeAt(endpoint).get(digest))).toEqual(bytes);
        expect(asked).toHaveLength(2);
      },
    );
  });

  test.each([
    [403, 'SignatureDoesNotMatch'],
    [404, 'NoSuchBucket'],
    [301, 'PermanentRedirect'],
  ])('a %i %s is told as it is, at once', async (status, code) => {
    await withServer(
      (_, response) => end(response, status, `<Error><Code>${code}</Code></Error>`),
      async (endpoint, asked) => {
        await expect(storeAt(endpoint).get(digest)).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          message: expect.stringContaining(`${status} ${code}`),
        });
        expect(asked).toHaveLength(1);
      },
    );
  });
});

describe('a put', () => {
  const putsOf = (asked: readonly Asked[]) => asked.filter(({ method }) => method === 'PUT');

  test('asks not to write over what is there, and tells the digest', async () => {
    await withServer(
      (request, response) => end(response, request.method === 'HEAD' ? 404 : 200),
      async (endpoint, asked) => {
        await storeAt(endpoint).put(bytes);
        expect(putsOf(asked)).toHaveLength(1);
        expect(asked[1]?.url).toBe(`/b/p/${keyOf(digest)}`);
        expect(asked[1]?.headers).toMatchObject({
          'if-none-match': '*',
          'x-amz-content-sha256': digest.slice(7),
          authorization: expect.stringContaining('/eu/s3/aws4_request'),
        });
      },
    );
  });

  /** A store where nothing lies at the first look, and `there` at every later one; it refuses to write over anything. */
  const overtaken = (there: Buffer) => {
    let looks = 0;
    return (request: IncomingMessage, response: ServerResponse) => {
      if (request.method === 'HEAD') return end(response, looks++ === 0 ? 404 : 200);
      if (request.method === 'GET') return response.writeHead(200).end(there);
      return end(response, request.headers['if-none-match'] === '*' ? 412 : 200);
    };
  };

  test('that comes second has done what it should, where the first one wrote the same bytes', async () => {
    await withServer(overtaken(bytes), async (endpoint, asked) => {
      expect(await storeAt(endpoint).put(bytes)).toBe(digest);
      expect(putsOf(asked)).toHaveLength(1);
    });
  });

  test('that comes second, behind other bytes of the same size, writes its own, and says so where the others stay', async () => {
    await withServer(overtaken(Buffer.from('weighty')), async (endpoint, asked) => {
      await expect(storeAt(endpoint).put(bytes)).rejects.toMatchObject({ code: 'ARTIFACT_DIGEST_MISMATCH' });
      expect(putsOf(asked).map(({ headers }) => headers['if-none-match'])).toEqual(['*', undefined]);
    });
  });

  test('takes the word of a store that computed the SHA-256 itself, and of nobody else', async () => {
    const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
    const putsWith = async (checksum: string) =>
      withServer(
        (request, response) => {
          if (request.method === 'HEAD') response.setHeader('x-amz-checksum-sha256', checksum);
          response.writeHead(200).end(request.method === 'GET' ? bytes : '');
        },
        async (endpoint, asked) => {
          expect(await storeAt(endpoint).put(bytes)).toBe(digest);
          return asked.map(({ method }) => method);
        },
      );
    expect(await putsWith(base64(digest.slice('sha256:'.length)))).toEqual(['HEAD']);
    expect(await putsWith(`${base64('0'.repeat(64))}-2`)).toEqual(['HEAD', 'GET']);
    expect(await putsWith(base64('0'.repeat(64)))).toEqual(['HEAD', 'PUT', 'GET']);
  });

  test.each([501, 400, 409])('to a store that does not take the question (%i) is made without it', async (status) => {
    await withServer(
      (request, response) =>
        end(response, request.method === 'HEAD' ? 404 : request.headers['if-none-match'] === '*' ? status : 200),
      async (endpoint, asked) => {
        expect(await storeAt(endpoint).put(bytes)).toBe(digest);
        expect(putsOf(asked).map(({ headers }) => headers['if-none-match'])).toEqual(['*', undefined]);
      },
    );
  });

  test('without room for it is STORE_UNAVAILABLE', async () => {
    await withServer(
      (request, response) =>
        request.method === 'HEAD' ? end(response, 404) : end(response, 507, '<Code>XMinioStorageFull</Code>'),
      async (endpoint) => {
        await expect(storeAt(endpoint).put(bytes)).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          message: expect.stringContaining('XMinioStorageFull'),
        });
      },
    );
  });
});

test('a list goes over as many pages as there are', async () => {
  const entry = (hex: string) =>
    `<Contents><Key>p/sha256/${hex.slice(0, 2)}/${hex}</Key><Size>3</Size><LastModified>2026-11-24T10:00:00.000Z</LastModified></Contents>`;
  const hexes = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
  const page = (hex: string | undefined, next: string | null) =>
    `<ListBucketResult><IsTruncated>${next !== null}</IsTruncated>${entry(hex ?? '')}<Contents><Key>p/sha256/other</Key></Contents>${next === null ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`;
  await withServer(
    (_, response, turn) => end(response, 200, page(hexes[turn - 1], turn < 3 ? `t/${turn}=` : null)),
    async (endpoint, asked) => {
      const listed = await listOf(storeAt(endpoint));
      expect(listed).toEqual(
        hexes.map((hex) => ({ digest: `sha256:${hex}`, bytes: 3, modifiedMs: Date.parse('2026-11-24T10:00:00Z') })),
      );
      expect(new URL(asked[1]?.url ?? '', endpoint).searchParams.get('continuation-token')).toBe('t/1=');
    },
  );
});

test('the bucket stands before the host where it is not in the path', async () => {
  const place = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', SLIPWAY_S3_ENDPOINT: 'http://s3.invalid' };
  const messageIn = async (style: string) => {
    const env = { ...place, SLIPWAY_S3_PATH_STYLE: style };
    const store = await openArtifactStore({ url: 's3://bucket', folder: '/', env });
    return store.get(digest).catch((error: Error) => error.message);
  };
  expect(await messageIn('false')).toContain(' bucket.s3.invalid');
  expect(await messageIn('true')).toContain(' s3.invalid');
});
