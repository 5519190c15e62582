import { asSlipwayError } from '@slipway/core';
import { masked } from '../settings/mask.ts';
import type { After } from '../system/timers.ts';

/** What a check found. `skip`: there was nothing to try, or it could not be tried. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail' | 'skip';
  readonly text: string;
  /** What to do; null where there is nothing to do. */
  readonly hint: string | null;
}

export interface Check {
  readonly name: string;
  run(): Promise<Finding | readonly Finding[]>;
}

export interface CheckResult extends Finding {
  readonly name: string;
  /** It was still under way when its time was over. */
  readonly timedOut: boolean;
}

export const ok = (text: string): Finding => ({ state: 'ok', text, hint: null });
export const skip = (text: string): Finding => ({ state: 'skip', text, hint: null });
export const warn = (text: string, hint: string): Finding => ({ state: 'warn', text, hint });
export const broken = (text: string, hint: string): Finding => ({ state: 'fail', text, hint });

/** Runs checks side by side, each within its time, and answers in their order. Never throws. */
export async function runChecks(
  checks: readonly Check[],
  options: { readonly checkMsMax: number; readonly after: After },
): Promise<readonly CheckResult[]> {
  const results = await Promise.all(checks.map((check) => withinTime(check, options)));
  return results.flat();
}

async function withinTime(
  { name, run }: Check,
  { checkMsMax, after }: { readonly checkMsMax: number; readonly after: After },
): Promise<readonly CheckResult[]> {
  let cancel = () => {};
  const late = new Promise<'late'>((resolve) => {
    cancel = after(checkMsMax, () => resolve('late'));
  });
  const found = await Promise.race([run().catch(findingOf), late]);
  cancel();
  if (found === 'late') {
    const hint = 'Something on the way swallows what is sent: a firewall, a wrong address, a disk that hangs.';
    return [{ name, ...broken(`no answer within ${checkMsMax / 1000} s`, hint), timedOut: true }];
  }
  const findings = 'state' in found ? [found] : found;
  return findings.map((finding) => ({ name, ...finding, timedOut: false }));
}

/** The message of an error, in which an address has no password. */
export function findingOf(thrown: unknown): Finding {
  const { message, where, hint } = asSlipwayError(thrown);
  return broken(`${where === undefined ? '' : `${masked(where, false)}: `}${message.replace(/\.$/, '')}`, hint);
}
