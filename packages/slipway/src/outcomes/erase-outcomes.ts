import { fail } from '@slipway/core';
import { demandHashKey } from '../prediction-log/erase-unit.ts';
import { makeErasure, recordErasure } from '../prediction-log/erasures.ts';
import { sqlText } from '../prediction-log/log-engine.ts';
import { logPlaces } from '../prediction-log/log-files.ts';
import { keyedHash } from '../prediction-log/policy.ts';
import { queryLog } from '../prediction-log/read-log.ts';
import { recordsAside } from '../prediction-log/set-aside.ts';
import { changeOutcomes } from './outcome-files.ts';
import { type TakenOut, takeOut } from './rewrite-outcomes.ts';

export interface EraseOutcomesOptions {
  /** Where outcomes are kept. */
  readonly folder: string;
  /** Where the prediction log is, whose predictions of the unit find the outcomes that name nothing else; null: none. */
  readonly log: string | null;
  readonly unit: string;
  /** Undefined: of every model. */
  readonly model?: string;
  /** The key under which units are hashed; null where none are. */
  readonly key: string | null;
  readonly nowMs: number;
  readonly dryRun: boolean;
  readonly lockWaitMs?: number;
}

/**
 * Takes every outcome of a unit out, in whatever form the unit is kept, and also those that only name one of its
 * predictions: so it comes before the unit's predictions are erased. It is remembered without the unit, and an import
 * leaves out what happened to the unit until then. A repeated call finishes one that was killed. Raises LOG_NOT_FOUND,
 * LOG_BUSY, LOG_CORRUPT, OUTPUT_NOT_WRITABLE, and SETTINGS_INVALID where the log or the outcomes have units as hashes only,
 * and no key is there to know this one by.
 */
export async function eraseOutcomes(options: EraseOutcomesOptions): Promise<TakenOut> {
  const { folder, log, unit, model = null, key, nowMs, dryRun } = options;
  const forms = key === null ? [unit] : [unit, keyedHash(key)(unit)];
  if (log !== null) await demandHashKey({ ...options, folder: log });
  if (key === null) await demandPlainUnits(folder, model);
  const ids = log === null ? [] : await predictionsOf(log, forms, model);
  const erase = () => {
    return takeOut({
      folder,
      dryRun,
      condition: conditionFor(forms, model),
      async prepare(connection) {
        await connection.run('CREATE TABLE erased (id VARCHAR)');
        const appender = await connection.createAppender('erased');
        for (const id of ids) {
          appender.appendVarchar(id);
          appender.endRow();
        }
        appender.closeSync();
      },
    });
  };
  if (dryRun) return erase();
  return changeOutcomes(
    folder,
    () => {
      recordErasure(logPlaces(folder), makeErasure(forms, model, new Date(nowMs).toISOString()));
      return erase();
    },
    options.lockWaitMs,
  );
}

/** Raises SETTINGS_INVALID where the outcomes hold units of which only the hash is known. */
async function demandPlainUnits(folder: string, model: string | null): Promise<void> {
  const ofModel = model === null ? '' : ` AND coalesce(model = ${sqlText(model)}, false)`;
  const condition = `(unit IS NULL AND unit_hash IS NOT NULL${ofModel})`;
  const { outcomes } = await takeOut({ folder, condition, dryRun: true });
  if (outcomes === 0) return;
  throw fail('SETTINGS_INVALID', {
    message: `There are outcomes (${outcomes}) whose unit is hashed, and there is no key to tell by whether they are of this one. Nothing was erased.`,
    where: `SLIPWAY_LOG_HASH_KEY, for ${folder}`,
    hint: 'Set SLIPWAY_LOG_HASH_KEY, or SLIPWAY_LOG_HASH_KEY_FILE, to the key that the outcomes were imported under.',
  });
}

function conditionFor(forms: readonly string[], model: string | null): string {
  const texts = forms.map(sqlText).join(', ');
  const isUnit = `(coalesce(unit IN (${texts}), false) OR coalesce(unit_hash IN (${texts}), false))`;
  const ofModel = model === null ? 'true' : `coalesce(model = ${sqlText(model)}, false)`;
  return `((${isUnit} AND ${ofModel}) OR coalesce(prediction_id IN (SELECT id FROM erased), false))`;
}

async function predictionsOf(log: string, forms: readonly string[], model: string | null): Promise<readonly string[]> {
  const ofModel = model === null ? '' : ` AND model = ${sqlText(model)}`;
  const query = `SELECT id FROM predictions WHERE unit IN (${forms.map(sqlText).join(', ')})${ofModel}`;
  const found = (await queryLog(log, query)).rows.map(([id]) => String(id));
  // No query reads those that were set aside.
  const aside = (await recordsAside(logPlaces(log))).flatMap((record) => {
    const isOfUnit = record?.unit != null && forms.includes(record.unit) && (model === null || record.model === model);
    return isOfUnit ? [record.id] : [];
  });
  return [...found, ...aside];
}
