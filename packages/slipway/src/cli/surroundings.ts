import type { Surroundings } from '../registry/place.ts';
import type { Io } from './io.ts';

/** The folder and environment of a command, for what looks for models and registries. */
export function surroundingsOf({ cwd, env }: Io): Surroundings {
  return { folder: cwd, env };
}
