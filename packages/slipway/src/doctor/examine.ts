import { type Clock, isSlipwayError } from '@slipway/core';
import { environmentInForce } from '../settings/environment-in-force.ts';
import { readSettings, type Settings } from '../settings/read-settings.ts';
import type { SettingName } from '../settings/settings-table.ts';
import type { After } from '../system/timers.ts';
import { machineChecks, pythonCheck } from './machine-checks.ts';
import { folderCheck, storeCheck } from './place-checks.ts';
import { registryChecks } from './registry-checks.ts';
import { type Check, type CheckResult, findingOf, runChecks } from './run-checks.ts';
import { settingsChecks } from './settings-checks.ts';

export interface ExamineOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly after: After;
}

const checkMsMax = 10_000;

/** Tries everything that Slipway needs here. Where the settings are wrong, that is one finding, and the machine the rest. */
export async function examine(options: ExamineOptions): Promise<readonly CheckResult[]> {
  const limits = { checkMsMax, after: options.after };
  return runChecks([...machineChecks(), ...placeOf(options)], limits);
}

function placeOf({ folder, env, clock }: ExamineOptions): readonly Check[] {
  try {
    return placeChecks(readSettings({ folder, env }), env, clock);
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return [{ name: 'Settings', run: async () => findingOf(error) }];
  }
}

function placeChecks(settings: Settings, given: ExamineOptions['env'], clock: Clock): readonly Check[] {
  const env = environmentInForce(settings, given);
  const text = (name: SettingName) => settings.inForce.get(name)?.text ?? null;
  return [
    pythonCheck(text('python'), env),
    ...settingsChecks(settings, given),
    ...registryChecks(text('registry') ?? '', clock),
    storeCheck(text('artifacts') ?? '', env),
    folderCheck('Log', text('log') ?? ''),
  ];
}
