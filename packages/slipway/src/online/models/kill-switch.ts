import type { OnlineLog, OnlineMeter } from '../ports.ts';

/** Who switched a model off: somebody at this server, or the registry for all servers that follow it. */
export type SwitchedBy = 'server' | 'registry';

/**
 * Which models are switched off, so that their fallback answers alone, in every version. A model is off as long as this
 * server or the registry says so: to switch it on, both must.
 */
export interface KillSwitch {
  isOff(model: string): boolean;
  /** Who keeps it off; empty where it is on. */
  by(model: string): readonly SwitchedBy[];
  /** For this server alone. A name that is not served is remembered too. */
  turn(model: string, isOff: boolean): void;
  /** All models that the registry says are off. */
  follow(models: ReadonlySet<string>): void;
}

/** One whose changes are shown in the log and the metrics. */
export function loggedKillSwitch(log: OnlineLog, meter: OnlineMeter): KillSwitch {
  return createKillSwitch((model, isOff) => {
    meter.switchedOff(model, isOff);
    if (isOff) log.warn({ model }, 'the model is switched off; its fallback answers');
    else log.info({ model }, 'the model is switched on again');
  });
}

/** `onChange` is told of each model that goes off, or on again. */
export function createKillSwitch(onChange: (model: string, isOff: boolean) => void): KillSwitch {
  const here = new Set<string>();
  let registry: ReadonlySet<string> = new Set();
  // One look for each prediction.
  const off = new Set<string>();

  function settle(models: Iterable<string>): void {
    for (const model of models) {
      const isOff = here.has(model) || registry.has(model);
      if (isOff === off.has(model)) continue;
      if (isOff) off.add(model);
      else off.delete(model);
      onChange(model, isOff);
    }
  }

  return {
    isOff: (model) => off.has(model),
    by: (model) => [
      ...(here.has(model) ? (['server'] as const) : []),
      ...(registry.has(model) ? (['registry'] as const) : []),
    ],
    turn(model, isOff) {
      if (isOff) here.add(model);
      else here.delete(model);
      settle([model]);
    },
    follow(models) {
      const before = registry;
      registry = models;
      settle([...before, ...models]);
    },
  };
}
