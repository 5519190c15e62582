import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const slipwayBin = fileURLToPath(new URL('../../../packages/slipway/bin/slipway.js', import.meta.url));

/** A folder with a registry of its own, and the commands that run in it. */
export interface SlipwayPlace {
  readonly folder: string;
  /** What a process needs in its environment to find the registry. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end; answers what it printed. Throws where it failed. */
  run(...words: readonly string[]): string;
}

export function slipwayPlace(folder: string, settings: Readonly<Record<string, string>> = {}): SlipwayPlace {
  const env = { SLIPWAY_HOME: join(folder, '.slipway'), SLIPWAY_USER: 'bench', ...settings };
  return {
    folder,
    env,
    run(...words) {
      const options = { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, ...env } } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [slipwayBin, ...words], options);
      if (status !== 0) throw new Error(`slipway ${words.join(' ')} ended with ${status}: ${stderr}`);
      return stdout;
    },
  };
}

/** Makes a key of the registry; answers its text. */
export function keyText(place: SlipwayPlace, scope: string, ...words: readonly string[]): string {
  return place.run('keys', 'create', '--name', 'bench', '--scope', scope, ...words).trim();
}

/** Makes a key that may ask for predictions; answers the header that brings it. */
export function keyHeader(place: SlipwayPlace, ...words: readonly string[]): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${keyText(place, 'predict', ...words)}` };
}
