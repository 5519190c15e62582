import { registryOf, type Surroundings } from './place.ts';
import type { Json } from './types.ts';
import { actorOf } from './who.ts';

/** Enough of a run record to keep it. */
interface Run {
  readonly run_id: string;
  readonly model: string;
  readonly version: string;
}

/** Keeps the record of a batch run with its version, as kind `run`. */
export async function putRun(run: Run, surroundings: Surroundings): Promise<void> {
  const registry = await registryOf(surroundings);
  try {
    const { run_id: id, model, version } = run;
    // A record is written as JSON and holds nothing else.
    const body = JSON.parse(JSON.stringify(run)) as Json;
    await registry.putRecord('run', id, body, { by: actorOf(undefined, surroundings.env), model, version });
  } finally {
    await registry.close();
  }
}
