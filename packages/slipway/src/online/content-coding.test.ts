import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openTestServer } from './fixtures/open-test-server.ts';

const record = { hours_studied: 3, quiz_score: 83 };
const body = JSON.stringify(record);

test('a compressed record is read like the same one uncompressed', async () => {
  const { post } = openTestServer();
  for (const [encoding, packed] of [
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['identity', Buffer.from(body)],
  ] as const) {
    const answer = await post(packed, { headers: { 'content-encoding': encoding } });
    expect([encoding, answer.statusCode, answer.json().risk_score]).toEqual([encoding, 200, 0.83]);
  }
});

test('the limit of a body holds for what comes out of it; what is not what it says is refused', async () => {
  const { post } = openTestServer({ extra: 'online: { body: 200kB }\n' });
  const refusal = async (payload: Buffer, encoding: string) => {
    const answer = await post(payload, { headers: { 'content-encoding': encoding } });
    return [answer.statusCode, answer.json().error.code];
  };
  expect(await refusal(gzipSync(`"${'x'.repeat(50_000_000)}"`), 'gzip')).toEqual([413, 'BODY_TOO_LARGE']);
  expect(await refusal(Buffer.from(body), 'gzip')).toEqual([400, 'HEADER_INVALID']);
  expect(await refusal(gzipSync(body).subarray(0, -9), 'gzip')).toEqual([400, 'HEADER_INVALID']);
  expect(await refusal(brotliCompressSync(body), 'br')).toEqual([415, 'CONTENT_ENCODING']);
});

test('a large answer is compressed where the caller accepts it, a small one never', async () => {
  const { post } = openTestServer();
  const records = { records: Array(500).fill(record) };
  const accepting = { headers: { 'accept-encoding': 'br, gzip' } };
  expect((await post(record, accepting)).headers['content-encoding']).toBeUndefined();
  expect((await post(records)).headers['content-encoding']).toBeUndefined();
  const packed = await post(records, accepting);
  expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(JSON.parse(gunzipSync(packed.rawPayload).toString()).predictions).toHaveLength(500);
});
