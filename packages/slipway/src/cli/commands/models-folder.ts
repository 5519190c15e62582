import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '@slipway/core';

/** A folder whose every subfolder with a launch.yaml is a model that the server may serve. */
export interface ModelsFolder {
  /** The launch files that are there now, in the order of their names. */
  launchFiles(): Promise<readonly string[]>;
  /** That of a subfolder; null where there is none, or where a link leads out of the folder. */
  launchFile(name: string): Promise<string | null>;
}

/** Raises LAUNCH_NOT_FOUND where the folder cannot be read. */
export async function openModelsFolder(path: string): Promise<ModelsFolder> {
  const folder = await realpath(path).catch((cause: unknown) => {
    throw fail('LAUNCH_NOT_FOUND', { message: 'The folder of the models is not there.', where: path, cause });
  });

  async function launchFile(name: string): Promise<string | null> {
    if (!folderName.test(name)) return null;
    const file = join(folder, name, 'launch.yaml');
    const real = await realpath(file).catch(() => null);
    return real !== null && dirname(dirname(real)) === folder ? file : null;
  }

  return {
    async launchFiles() {
      const entries = await readdir(folder).catch((cause: unknown) => {
        throw fail('LAUNCH_NOT_FOUND', { message: 'The folder of the models cannot be read.', where: path, cause });
      });
      const files = await Promise.all(entries.sort().map(launchFile));
      return files.filter((file) => file !== null);
    },
    launchFile,
  };
}

/** No path, and nothing that is hidden. */
const folderName = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
