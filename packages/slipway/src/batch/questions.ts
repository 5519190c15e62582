import type { DriftVerdict } from '@slipway/core';
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
    return {
      question,
      answer: 'yes',
      text: `${plural(counts.rows_read, 'row')} read, ${count(counts.rows_written)} written.`,
    };
  }
  const text =
    `It stopped without output: ${share(counts.rows_quarantined, counts.rows_read)} of the rows were quarantined, ` +
    `and ${percent(maxQuarantine)} are allowed.`;
  return { question, answer: 'no', text };
}

function wereAllScored({ counts }: QuestionFacts): Question {
  const question = 'Were all records scored?';
  const { rows_read, rows_scored, rows_quarantined, rows_cut } = counts;
  const cut = rows_cut === 0 ? '' : ` ${plural(rows_cut, 'scored row')} fell to the cut of the rank.`;
  if (rows_quarantined === 0) return { question, answer: 'yes', text: `All ${count(rows_scored)}.${cut}` };
  const text =
    `${count(rows_scored)} of ${count(rows_read)}; ${count(rows_quarantined)} ` +
    `(${share(rows_quarantined, rows_read)}) are in the quarantine file, each with its reason.${cut}`;
  return { question, answer: 'no', text };
}

function didSchemaMatch({ extraColumns, schema }: QuestionFacts): Question {
  const question = 'Did the input schema match?';
  if (schema === 'objects') return { question, answer: 'yes', text: 'Each object was checked on its own.' };
  const extra =
    extraColumns.length === 0
      ? 'No column is foreign to it.'
      : `${plural(extraColumns.length, 'further column')} passed through: ${listed(extraColumns)}.`;
  return { question, answer: 'yes', text: `Every feature of the contract has its column. ${extra}` };
}

function didScoresShift({ drift, noDrift }: QuestionFacts): Question {
  const question = 'Did the prediction distribution shift?';
  if (drift === null) return { question, answer: 'inconclusive', text: noDrift };
  const answers = { pass: 'no', fail: 'yes', inconclusive: 'inconclusive' } as const;
  const text = drift.scores.map((score) => `${score.name}: ${score.reason}`).join(' ');
  return { question, answer: answers[drift.verdict], text: text === '' ? 'The reference has no scores.' : text };
}

function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
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
