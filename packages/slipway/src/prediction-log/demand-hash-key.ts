import { fail } from '@slipway/core';
import { counted } from '../system/wording.ts';
import { mayBeKeyOf } from './key-check.ts';
import { sqlText } from './log-engine.ts';
import { logPlaces } from './log-files.ts';
import { keyedHash } from './policy.ts';
import { queryLog } from './read-log.ts';
import { recordsAside } from './set-aside.ts';

/** Whose predictions, in which log. */
export interface Whose {
  readonly folder: string;
  readonly unit: string;
  /** Undefined: of every model. */
  readonly model?: string;
  /** The key under which units are hashed; null where none are. */
  readonly key: string | null;
}

/**
 * Raises SETTINGS_INVALID where the log holds hashed units, and there is no key to tell by whose they are, or one that
 * the log does not remember and that finds nothing of this unit.
 */
export async function demandHashKey({ folder, unit, model, key }: Whose): Promise<void> {
  const ofModel = model === undefined ? '' : ` AND model = ${sqlText(model)}`;
  if (key !== null) {
    if (await mayBeKeyOf(logPlaces(folder), key)) return;
    // Under a key that an earlier release hashed with, and did not remember.
    const isFound = `unit = ${sqlText(keyedHash(key)(unit))}${ofModel}`;
    if ((await countWhere(folder, isFound)) > 0) return;
  }
  const isHashed = `list_contains(hashed, 'unit')${ofModel}`;
  const aside = (await recordsAside(logPlaces(folder))).filter(
    (record) => record?.hashed?.includes('unit') && (model === undefined || record.model === model),
  );
  const hashed = (await countWhere(folder, isHashed)) + aside.length;
  if (hashed === 0) return;
  const lack =
    key === null
      ? 'there is no key'
      : 'the key that is set is none of those that the log was written under, so it cannot help';
  throw fail('SETTINGS_INVALID', {
    message: `The log holds ${counted(hashed, 'prediction')} whose unit is hashed, and ${lack} to tell whether they are of this one. Nothing was erased.`,
    where: `SLIPWAY_LOG_HASH_KEY, for ${folder}`,
    hint: 'Set SLIPWAY_LOG_HASH_KEY, or SLIPWAY_LOG_HASH_KEY_FILE, to the key that the predictions were logged under.',
  });
}

async function countWhere(folder: string, condition: string): Promise<number> {
  const { rows } = await queryLog(folder, `SELECT count(*)::DOUBLE FROM predictions WHERE ${condition}`);
  return Number(rows[0]?.[0] ?? 0);
}
