import { fail } from '@slipway/core';
import type { ArtifactStore } from '../ports.ts';
import { type Content, chunksOf, digestAt, digestOfBytes, keyOf, lyingStore, notInStore } from './blob.ts';
import { type S3Answer, type S3Place, s3Requests, statusText, unavailable } from './s3-requests.ts';

/** Files go up in one request each: the size that an artifact may have anyway, and well under the 5 GB that S3 takes so. */
const putBytesMax = 2 ** 31 - 1;

/**
 * Keeps bytes in an S3-compatible store as `prefix/sha256/ab/<hex>`. One request writes a file, so it is there whole or
 * not at all; the store is told the digest, and asked to keep what is there already where it knows how to.
 */
export function s3Store(place: S3Place): ArtifactStore {
  const send = s3Requests(place);
  const where = `s3://${place.bucket}/${place.prefix}`;

  function demand(answer: S3Answer, statuses: readonly number[]): S3Answer {
    if (statuses.includes(answer.status)) return answer;
    throw unavailable(place, statusText(answer));
  }

  /** Bytes of what lies there; null where nothing does. */
  async function sizeOf(key: string): Promise<number | null> {
    const answer = demand(await send({ method: 'HEAD', key }), [200, 404]);
    return answer.status === 404 ? null : Number(answer.headers.get('content-length'));
  }

  async function write(key: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void> {
    const asked = { 'if-none-match': '*' };
    const first = await send({ method: 'PUT', key, body, headers: { ...headers, ...asked } });
    // 412: somebody else was faster, with the same bytes. A store without conditional writes may refuse the question.
    if (first.status === 200 || first.status === 412) return;
    if (first.status === 404 || first.status === 403) demand(first, [200]);
    demand(await send({ method: 'PUT', key, body, headers }), [200]);
  }

  return {
    where,
    async put(content) {
      const bytes = await collected(content, where);
      const digest = digestOfBytes(bytes);
      const key = keyOf(digest);
      const size = await sizeOf(key);
      if (size === bytes.length) return digest;
      const headers = {
        'x-amz-content-sha256': digest.slice('sha256:'.length),
        'content-type': 'application/octet-stream',
      };
      // What lies there in another size is damaged, and is written over.
      if (size === null) await write(key, bytes, headers);
      else demand(await send({ method: 'PUT', key, body: bytes, headers }), [200]);
      return digest;
    },
    async get(digest) {
      const answer = await send({ method: 'GET', key: keyOf(digest) });
      if (answer.status === 404 && !statusText(answer).includes('NoSuchBucket')) throw notInStore(where, digest);
      demand(answer, [200]);
      const found = digestOfBytes(answer.body);
      if (found !== digest) throw lyingStore(where, digest, found);
      return answer.body;
    },
    has: async (digest) => (await sizeOf(keyOf(digest))) !== null,
    async *list() {
      let token: string | null = null;
      do {
        const query = { 'list-type': '2', prefix: `${place.prefix}sha256/` };
        const more: Record<string, string> = token === null ? query : { ...query, 'continuation-token': token };
        const answer = demand(await send({ method: 'GET', key: '', query: more }), [200]);
        const page = Buffer.from(answer.body).toString('utf8');
        yield* entriesOf(page, place.prefix);
        token = /<IsTruncated>true<\/IsTruncated>/.test(page) ? field(page, 'NextContinuationToken') : null;
      } while (token !== null);
    },
    async delete(digest) {
      const key = keyOf(digest);
      if ((await sizeOf(key)) === null) return false;
      demand(await send({ method: 'DELETE', key }), [200, 204, 404]);
      return true;
    },
  };
}

async function collected(content: Content, where: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of chunksOf(content)) {
    bytes += part.length;
    if (bytes > putBytesMax) {
      throw fail('ARTIFACT_TOO_LARGE', { message: `A file has more than ${putBytesMax} bytes.`, where });
    }
    parts.push(part);
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

/** Keys of ours are plain letters and digits behind the prefix, so nothing in them needs unescaping but the prefix. */
function* entriesOf(page: string, prefix: string) {
  for (const [, entry = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    const key = unescaped(field(entry, 'Key') ?? '');
    const digest = key.startsWith(prefix) ? digestAt(key.slice(prefix.length)) : null;
    if (digest === null) continue;
    const modified = Date.parse(field(entry, 'LastModified') ?? '');
    yield { digest, bytes: Number(field(entry, 'Size')), modifiedMs: modified };
  }
}

function field(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => names[name] as string);
}
