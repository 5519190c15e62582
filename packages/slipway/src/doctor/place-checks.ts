import { randomBytes, randomUUID } from 'node:crypto';
import { access, constants, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openArtifactStore } from '../registry/artifacts/open-store.ts';
import { isThere } from '../system/is-there.ts';
import { broken, type Check, type Finding, ok, warn } from './run-checks.ts';

type Env = Readonly<Record<string, string | undefined>>;

const freeBytesWarn = 1e9;
const freeBytesMin = 50e6;

/** Puts some bytes of its own into the artifact store, reads them back, and takes them out again. */
export function storeCheck(url: string, env: Env): Check {
  return {
    name: 'Artifacts',
    async run() {
      if (url.startsWith('file:')) {
        const found = await folderFinding(url.slice('file:'.length));
        // A store that is not there yet is not made by looking at it.
        if (found.state === 'fail' || !(await isThere(url.slice('file:'.length)))) return found;
      }
      const store = await openArtifactStore({ url, folder: '/', env });
      const probe = new Uint8Array(Buffer.concat([Buffer.from('slipway doctor '), randomBytes(32)]));
      const digest = await store.put(probe);
      const read = await store.get(digest);
      const isSame = Buffer.compare(read, probe) === 0;
      const wasThere = await store.delete(digest);
      const fault = !isSame ? 'answers other bytes than it was given' : wasThere ? null : 'lost what it was given';
      if (fault !== null) return broken(`${store.where} ${fault}`, 'Check the store itself; do not push to it.');
      return ok(`${store.where}: put, get and delete work`);
    },
  };
}

/** A folder that something will be written to: whether it may be, and whether there is room. */
export function folderCheck(name: string, path: string): Check {
  return { name, run: () => folderFinding(path) };
}

async function folderFinding(path: string): Promise<Finding> {
  const there = await nearestThere(path);
  try {
    if (there === path) await probe(path);
    else await access(there, constants.W_OK);
    if (!(await stat(there)).isDirectory()) throw new Error(`${there} is a file`);
  } catch (error) {
    return broken(
      `${path} cannot be written to: ${(error as Error).message}`,
      'Give Slipway a folder of its own, or mend its rights.',
    );
  }
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const text = `${path}${there === path ? '' : ' (not made yet)'}, ${(free / 1e9).toFixed(1)} GB free`;
  if (free < freeBytesMin) return broken(text, 'Make room: nothing can be written soon.');
  return free < freeBytesWarn ? warn(text, 'Make room, or shorten SLIPWAY_LOG_RETENTION.') : ok(text);
}

/** Rights say little, on a file system that is mounted read-only or to root: one file more says it all. */
async function probe(folder: string): Promise<void> {
  const file = join(folder, `.slipway-doctor-${randomUUID()}`);
  const handle = await open(file, 'wx');
  await handle.close();
  await rm(file, { force: true });
}

async function nearestThere(path: string): Promise<string> {
  if ((await isThere(path)) || dirname(path) === path) return path;
  return nearestThere(dirname(path));
}
