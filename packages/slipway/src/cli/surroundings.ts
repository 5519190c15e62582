import type { Surroundings } from '../registry/place.ts';
import type { Io } from './io.ts';

/** The folder and environment of a command, for what looks for models and registries. */
export function surroundingsOf({ cwd, env }: Io): Surroundings {
  return { folder: cwd, env };
}

/** Where a command's model is looked for, and how it is said that the registry did not answer. */
export function modelPlaceOf(io: Io) {
  const onWarning = (warning: string) => io.stderr.write(`warning: ${warning}\n`);
  return { surroundings: surroundingsOf(io), onWarning };
}
