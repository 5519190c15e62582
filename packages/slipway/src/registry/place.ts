import { resolve } from 'node:path';
import type { OpenRegistryOptions } from './open-registry.ts';
import type { ArtifactStore, Registry } from './ports.ts';

/** The folder and the environment that a command or a program runs in. */
export interface Surroundings {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Those of the running process. */
export function processSurroundings(): Surroundings {
  return { folder: process.cwd(), env: process.env };
}

/**
 * The same with all settings in force as variables: what slipway.config.yaml says, and what secret files hold. Raises
 * SETTINGS_INVALID, SETTINGS_SYNTAX, SETTINGS_NOT_FOUND.
 */
export async function surroundingsInForce(surroundings: Surroundings): Promise<Surroundings> {
  const { readSettings } = await import('../settings/read-settings.ts');
  const { environmentInForce } = await import('../settings/environment-in-force.ts');
  const { folder, env } = surroundings;
  return { folder, env: environmentInForce(readSettings({ folder, env }), env) };
}

/** Where the registry of these surroundings is, and what goes with it. */
export interface RegistryPlace {
  readonly registry: string;
  readonly artifacts: string;
  /** Copies of what lies in a store that is not a folder. */
  readonly cache: string;
}

/** By SLIPWAY_HOME, SLIPWAY_REGISTRY and SLIPWAY_ARTIFACTS; all of it in `.slipway/` of the folder where they are not set. */
export function registryPlace({ folder, env }: Surroundings): RegistryPlace {
  const home = resolve(folder, env.SLIPWAY_HOME || '.slipway');
  return {
    registry: env.SLIPWAY_REGISTRY || `sqlite:${resolve(home, 'registry.db')}`,
    artifacts: env.SLIPWAY_ARTIFACTS || `file:${resolve(home, 'artifacts')}`,
    cache: resolve(home, 'cache'),
  };
}

/** Opens the registry; where there is none yet, `create` says whether it is made. */
export async function registryOf(
  surroundings: Surroundings,
  { create = false, onMade }: Pick<OpenRegistryOptions, 'create' | 'onMade'> = {},
): Promise<Registry> {
  const { openRegistry } = await import('./open-registry.ts');
  const made = onMade === undefined ? {} : { onMade };
  return openRegistry({ url: registryPlace(surroundings).registry, folder: surroundings.folder, create, ...made });
}

export async function storeOf(surroundings: Surroundings): Promise<ArtifactStore> {
  const { openArtifactStore } = await import('./artifacts/open-store.ts');
  return openArtifactStore({ url: registryPlace(surroundings).artifacts, ...surroundings });
}
