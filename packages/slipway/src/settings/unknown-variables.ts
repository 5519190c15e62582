import { nearest } from '@slipway/core';
import { settingNames, settingOf } from './settings-table.ts';

/** What Kubernetes sets of itself where a service is named slipway. */
const ofKubernetes = /^SLIPWAY_(SERVICE_(HOST|PORT.*)|PORT_\d+_.*)$/;

/** A sentence for each SLIPWAY_* variable that is set and that nothing reads. Values are never in it. */
export function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = settingNames.map((name) => settingOf(name).variable);
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith('SLIPWAY_') && env[name] !== undefined && !ofKubernetes.test(name))
    .filter((name) => !known.includes(name) && !known.includes(name.replace(/_FILE$/, '')));
  return unknown.sort().map((name) => {
    // `SLIPWAY_` alone would make everything alike.
    const near = nearest(rest(name), known.map(rest));
    const meant = near === null ? '`slipway config` lists the settings.' : `Did you mean SLIPWAY_${near}?`;
    return `The variable ${name} is no setting. ${meant}`;
  });
}

function rest(name: string): string {
  return name.slice('SLIPWAY_'.length);
}
