import type { DriftVerdict } from '@slipway/core';
import { counted } from '../system/wording.ts';
import type { Question, RunCounts } from './run-record.ts';

export interface QuestionFacts {
  readonly counts: RunCounts;
  readonly maxQuarantine: number;
  readonly isOver: boolean;
  /** Columns of the input that no contract field is read from. */
  readonly extraColumns: readonly string[];
  readonly schema: 'columns' | 'objects';
  readonly drift: DriftVerdict | null;
  /** Why there is nothing to compare the scores with, where `drift` is null. */
  readonly noDrift: string;
}

/** The four questions that every batch run is asked, answered from its facts. */
export function answerQuestions(facts: QuestionFacts): readonly Question[] {
  return [didItRun(facts), wereAllScored(facts), didSchemaMatch(facts), didScoresShift(facts)];
}

function didItRun({ counts, isOver, maxQuarantine }: QuestionFacts): Question {
  const question = 'Did the job run?';
  if (!isOver) {
    return good(question, 'yes', `${counted(counts.rows_read, 'row')} read, ${count(counts.rows_written)} written.`);
  }
  const text =
    `It stopped without output: ${share(counts.rows_quarantined, counts.rows_read)} of the rows were quarantined, ` +
    `and ${percent(maxQuarantine)} are allowed.`;
  return { question, answer: 'no', good: false, text };
}

function wereAllScored({ counts }: QuestionFacts): Question {
  const question = 'Were all records scored?';
  const { rows_read, rows_scored, rows_quarantined, rows_cut } = counts;
  const cut = rows_cut === 0 ? '' : ` ${counted(rows_cut, 'scored row')} fell to the cut of the rank.`;
  if (rows_quarantined === 0) return good(question, 'yes', `${allOf(rows_scored)}${cut}`);
  const text =
    `${count(rows_scored)} of ${count(rows_read)}; ${count(rows_quarantined)} ` +
    `(${share(rows_quarantined, rows_read)}) are in the quarantine file, each with its reason.${cut}`;
  return { question, answer: 'no', good: false, text };
}

function didSchemaMatch({ extraColumns, schema }: QuestionFacts): Question {
  const question = 'Did the input schema match?';
  if (schema === 'objects') return good(question, 'yes', 'Each object was checked on its own.');
  const extra =
    extraColumns.length === 0
      ? 'There are no further columns.'
      : `${counted(extraColumns.length, 'further column')} passed through: ${listed(extraColumns)}.`;
  return good(question, 'yes', `Every feature of the contract has its column. ${extra}`);
}

function didScoresShift({ drift, noDrift }: QuestionFacts): Question {
  const question = 'Did the prediction distribution shift?';
  if (drift === null) return { question, answer: 'inconclusive', good: null, text: noDrift };
  const reasons = drift.scores.map((score) => `${score.name}: ${score.reason}`).join(' ');
  const text = reasons === '' ? 'The reference has no scores.' : reasons;
  // A shift is the one thing that is good not to have.
  if (drift.verdict === 'pass') return good(question, 'no', text);
  if (drift.verdict === 'fail') return { question, answer: 'yes', good: false, text };
  return { question, answer: 'inconclusive', good: null, text };
}

function good(question: string, answer: 'yes' | 'no', text: string): Question {
  return { question, answer, good: true, text };
}

function allOf(rows: number): string {
  if (rows === 0) return 'The input has no rows.';
  return rows === 1 ? 'The one row that there is.' : `All ${count(rows)}.`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function share(part: number, whole: number): string {
  return percent(whole === 0 ? 0 : part / whole);
}

/** 0.0123 as `1.23 %`; a part that is not nothing never reads as nothing. */
function percent(fraction: number): string {
  const value = 100 * fraction;
  return `${value > 0 && value < 0.01 ? 'under 0.01' : Number(value.toFixed(2))} %`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
