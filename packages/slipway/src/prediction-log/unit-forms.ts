import type { PredictionEvent } from '@slipway/core';
import { sqlText } from './log-engine.ts';
import { keyedHash } from './policy.ts';

/** Whose records. */
export interface UnitForms {
  /** Each form in which the unit may stand in the log: itself, and its hash under a key. */
  readonly forms: readonly string[];
  /** Null: of every model. */
  readonly model: string | null;
}

export function unitForms(unit: string, model: string | null, key: string | null): UnitForms {
  // A lone surrogate stands in the log as U+FFFD.
  const plain = unit.toWellFormed();
  return { forms: key === null ? [plain] : [plain, keyedHash(key)(unit)], model };
}

/** A condition of SQL that is true of the rows of the unit, and never null. */
export function ofUnit({ forms, model }: UnitForms): string {
  const ofModel = model === null ? '' : ` AND model = ${sqlText(model)}`;
  return `coalesce(unit IN (${forms.map(sqlText).join(', ')})${ofModel}, false)`;
}

/** The same of one record; one that is no JSON says nothing of its unit. */
export function isOfUnit({ forms, model }: UnitForms, record: PredictionEvent | null): boolean {
  if (record === null || typeof record.unit !== 'string' || (model !== null && record.model !== model)) return false;
  return forms.includes(record.unit.toWellFormed());
}
