import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Content, chunksOf, digestOfBytes, storeFault } from './blob.ts';

/** Bytes whose digest is known, and any part of which can be had again: a put may have to be tried twice. */
export interface ContentSource {
  readonly digest: string;
  readonly bytes: number;
  part(from: number, to: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * What is in memory stays there. What comes in chunks is kept in memory up to `memoryBytesMax`, and behind that in a
 * temporary file. The file loses its name at once, so that a process that is killed leaves nothing. An error of whatever
 * gives the chunks is passed on as it is; trouble with the file is STORE_UNAVAILABLE.
 */
export async function sourceOf(content: Content, memoryBytesMax: number): Promise<ContentSource> {
  if (content instanceof Uint8Array) return memorySource(content);
  const hash = createHash('sha256');
  let [held, heldBytes]: [Uint8Array[], number] = [[], 0];
  let file: FileHandle | null = null;
  let fileBytes = 0;
  try {
    for await (const chunk of chunksOf(content)) {
      hash.update(chunk);
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes <= memoryBytesMax) continue;
      file ??= await namelessFile();
      await written(file, Buffer.concat(held));
      fileBytes += heldBytes;
      [held, heldBytes] = [[], 0];
    }
    if (file === null) return memorySource(Buffer.concat(held));
    await written(file, Buffer.concat(held));
    return fileSource(file, `sha256:${hash.digest('hex')}`, fileBytes + heldBytes);
  } catch (thrown) {
    await file?.close();
    throw thrown;
  }
}

function memorySource(bytes: Uint8Array): ContentSource {
  return {
    digest: digestOfBytes(bytes),
    bytes: bytes.length,
    part: async (from, to) => bytes.subarray(from, to),
    close: async () => {},
  };
}

function fileSource(file: FileHandle, digest: string, bytes: number): ContentSource {
  return {
    digest,
    bytes,
    async part(from, to) {
      const part = Buffer.allocUnsafe(to - from);
      for (let at = 0; at < part.length; ) {
        const { bytesRead } = await file.read(part, at, part.length - at, from + at).catch(failed);
        if (bytesRead === 0) throw storeFault(tmpdir(), new Error('a temporary file became shorter'));
        at += bytesRead;
      }
      return part;
    },
    close: () => file.close(),
  };
}

async function namelessFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `slipway-${randomUUID()}.part`);
  const file = await open(path, 'wx+', 0o600).catch(failed);
  await unlink(path).catch(() => {});
  return file;
}

async function written(file: FileHandle, bytes: Uint8Array): Promise<void> {
  await file.writeFile(bytes).catch(failed);
}

function failed(cause: unknown): never {
  throw storeFault(tmpdir(), cause);
}
