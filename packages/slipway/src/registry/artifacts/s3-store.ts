import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../ports.ts';
import type { Digest } from '../types.ts';
import { digestAt, digestOfBytes, keyOf, lyingStore, notInStore } from './blob.ts';
import { sourceOf } from './content-source.ts';
import { type S3Answer, type S3Place, s3Requests, statusText, unavailable } from './s3-requests.ts';
import { partBytesDefault, upload } from './s3-upload.ts';

/**
 * Keeps bytes in an S3-compatible store as `prefix/sha256/ab/<hex>`. A file appears with one request, so it is there
 * whole or not at all; the store is told the digest, and asked to keep what is there already where it knows how to.
 * Nothing that lies there is taken for what it should be because of its name or its size.
 */
export function s3Store(place: S3Place): ArtifactStore {
  const send = s3Requests(place);
  const where = `s3://${place.bucket}/${place.prefix}`;

  function demand(answer: S3Answer, statuses: readonly number[]): S3Answer {
    if (statuses.includes(answer.status)) return answer;
    throw unavailable(place, statusText(answer));
  }

  const has = async (digest: Digest) =>
    demand(await send({ method: 'HEAD', key: keyOf(digest) }), [200, 404]).status === 200;

  /** The digest of what lies there, by reading it; null where nothing does. */
  async function readDigest(digest: Digest): Promise<Digest | null> {
    let hash = createHash('sha256');
    const receive = () => {
      hash = createHash('sha256');
      return (part: Uint8Array) => void hash.update(part);
    };
    const answer = await send({ method: 'GET', key: keyOf(digest), receive });
    if (isAbsent(answer)) return null;
    demand(answer, [200]);
    return `sha256:${hash.digest('hex')}`;
  }

  /** As `readDigest`, but takes the word of a store that computed the SHA-256 itself when it took the object in. */
  async function foundAt(digest: Digest): Promise<Digest | null> {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' };
    const answer = demand(await send({ method: 'HEAD', key: keyOf(digest), headers }), [200, 404]);
    if (answer.status === 404) return null;
    return checksumOf(answer) ?? readDigest(digest);
  }

  return {
    where,
    async put(content) {
      const source = await sourceOf(content, place.partBytes ?? partBytesDefault);
      try {
        const { digest } = source;
        const asked = { place, send, key: keyOf(digest), source };
        let found = await foundAt(digest);
        if (found === null) {
          if (await upload({ ...asked, onlyNew: true })) return digest;
          // Somebody else was faster. What they wrote is looked at like everything that lies there.
          found = await foundAt(digest);
        }
        if (found === digest) return digest;
        await upload({ ...asked, onlyNew: false });
        found = await readDigest(digest);
        if (found === null) throw notInStore(where, digest);
        if (found !== digest) throw lyingStore(where, digest, found);
        return digest;
      } finally {
        await source.close();
      }
    },
    async get(digest) {
      const answer = await send({ method: 'GET', key: keyOf(digest) });
      if (isAbsent(answer)) throw notInStore(where, digest);
      demand(answer, [200]);
      const found = digestOfBytes(answer.body);
      if (found !== digest) throw lyingStore(where, digest, found);
      return answer.body;
    },
    async verify(digest) {
      const found = await readDigest(digest);
      if (found === null) throw notInStore(where, digest);
      if (found !== digest) throw lyingStore(where, digest, found);
    },
    has,
    async *list() {
      const query = { 'list-type': '2', prefix: `${place.prefix}sha256/` };
      let token: string | null = null;
      do {
        const more: Record<string, string> = token === null ? query : { ...query, 'continuation-token': token };
        const page = textOf(demand(await send({ method: 'GET', key: '', query: more }), [200]));
        yield* entriesOf(page, place.prefix);
        token = isTruncated(page) ? field(page, 'NextContinuationToken') : null;
      } while (token !== null);
    },
    async delete(digest) {
      if (!(await has(digest))) return false;
      demand(await send({ method: 'DELETE', key: keyOf(digest) }), [200, 204, 404]);
      return true;
    },
    async removeDrafts(beforeMs) {
      const query = { uploads: '', prefix: `${place.prefix}sha256/` };
      const answer = await send({ method: 'GET', key: '', query });
      // A store that cannot list them removes them by a rule of its own, or not at all.
      if (answer.status === 501 || answer.status === 405) return 0;
      let removed = 0;
      for (const { key, uploadId, initiatedMs } of uploadsOf(textOf(demand(answer, [200])), place.prefix)) {
        if (!(initiatedMs < beforeMs)) continue;
        const { status } = await send({ method: 'DELETE', key, query: { uploadId } });
        if (status === 204 || status === 200) removed++;
      }
      return removed;
    },
  };
}

/** A bucket that is not there is trouble of the store, and no file that is lost. */
function isAbsent(answer: S3Answer): boolean {
  return answer.status === 404 && !statusText(answer).includes('NoSuchBucket');
}

/** Of the whole object; null where there is none, or one made of those of its parts (`...-3`). */
function checksumOf({ headers }: S3Answer): Digest | null {
  const checksum = headers.get('x-amz-checksum-sha256');
  if (checksum === null || !/^[A-Za-z0-9+/]{43}=$/.test(checksum)) return null;
  return `sha256:${Buffer.from(checksum, 'base64').toString('hex')}`;
}

/** Keys of ours are plain letters and digits behind the prefix, so nothing in them needs unescaping but the prefix. */
function* entriesOf(page: string, prefix: string) {
  for (const [, entry = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    const digest = digestAt(keyIn(entry, prefix) ?? '');
    if (digest === null) continue;
    const modified = Date.parse(field(entry, 'LastModified') ?? '');
    yield { digest, bytes: Number(field(entry, 'Size')), modifiedMs: modified };
  }
}

/** Uploads in parts that have begun and not ended. A page holds a thousand of them; the rest has its turn the next time. */
function* uploadsOf(page: string, prefix: string) {
  for (const [, entry = ''] of page.matchAll(/<Upload>(.*?)<\/Upload>/gs)) {
    const [key, uploadId] = [keyIn(entry, prefix), field(entry, 'UploadId')];
    if (key === null || digestAt(key) === null || uploadId === null) continue;
    yield { key, uploadId, initiatedMs: Date.parse(field(entry, 'Initiated') ?? '') };
  }
}

function keyIn(entry: string, prefix: string): string | null {
  const key = unescaped(field(entry, 'Key') ?? '');
  return key.startsWith(prefix) ? key.slice(prefix.length) : null;
}

function isTruncated(page: string): boolean {
  return /<IsTruncated>true<\/IsTruncated>/.test(page);
}

function textOf({ body }: S3Answer): string {
  return Buffer.from(body).toString('utf8');
}

function field(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => names[name] as string);
}
