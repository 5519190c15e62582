import type { Digest } from '../types.ts';
import { digestAt } from './blob.ts';
import { demand, type S3Bucket } from './s3-requests.ts';

export interface Listed {
  readonly digest: Digest;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Every artifact in the bucket, a page at a time. */
export async function* listed(bucket: S3Bucket): AsyncIterable<Listed> {
  const { prefix } = bucket.place;
  const query = { 'list-type': '2', prefix: `${prefix}sha256/` };
  let token: string | null = null;
  do {
    const more: Record<string, string> = token === null ? query : { ...query, 'continuation-token': token };
    const page = textOf(demand(bucket, await bucket.send({ method: 'GET', key: '', query: more }), [200]).body);
    yield* entriesOf(page, prefix);
    token = /<IsTruncated>true<\/IsTruncated>/.test(page) ? field(page, 'NextContinuationToken') : null;
  } while (token !== null);
}

/**
 * Ends uploads in parts that began before `beforeMs` and have not ended. Answers how many. A page holds a thousand of
 * them; the rest has its turn the next time.
 */
export async function endUploads(bucket: S3Bucket, beforeMs: number): Promise<number> {
  const { prefix } = bucket.place;
  const answer = await bucket.send({ method: 'GET', key: '', query: { uploads: '', prefix: `${prefix}sha256/` } });
  // A store that cannot list them removes them by a rule of its own, or not at all.
  if (answer.status === 501 || answer.status === 405) return 0;
  let ended = 0;
  for (const { key, uploadId, initiatedMs } of uploadsOf(textOf(demand(bucket, answer, [200]).body), prefix)) {
    if (!(initiatedMs < beforeMs)) continue;
    const { status } = await bucket.send({ method: 'DELETE', key, query: { uploadId } });
    if (status === 204 || status === 200) ended++;
  }
  return ended;
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

function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8');
}

function field(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => names[name] as string);
}
