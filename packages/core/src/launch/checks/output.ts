import type { DecisionField, ScoreField } from '../../contract/index.ts';
import { type Checked, checkNamed, checkRange, recordFields } from './checked.ts';

/** Scores have a range, decisions a score within it, and the ranking a number to order by. */
export function checkOutput(checked: Checked): void {
  for (const field of checked.outputs.values()) {
    if (field.kind === 'score') checkScore(checked, field);
    if (field.kind === 'decision') checkDecision(checked, field);
  }
  checkRank(checked);
}

function checkScore(checked: Checked, field: ScoreField): void {
  const path = ['output', field.name];
  checkRange(checked, path, field);
  if (field.class !== null && field.index !== null) {
    checked.report([...path, 'index'], 'the column is named twice, by class and by index.', 'Keep class or index.');
  }
  if (field.type === 'boolean' && field.enum !== null) {
    checked.report([...path, 'enum'], 'a boolean has no set of labels.', 'Remove enum, or make the type string.');
  }
  if (field.type === 'number' && field.enum !== null) {
    checked.report([...path, 'enum'], 'a number has no set of labels.', 'Remove enum, or make the type integer.');
  }
}

function checkDecision(checked: Checked, field: DecisionField): void {
  const path = ['output', field.name, 'threshold'];
  const scores = [...checked.outputs.values()].filter(isNumericScore);
  const names = scores.map((score) => score.name);
  if (!checkNamed(checked, [...path, 'on'], field.on, 'a numeric score', names)) return;
  const score = scores[names.indexOf(field.on)] as ScoreField;
  const low = score.minimum !== null && field.at < score.minimum;
  const high = score.maximum !== null && field.at > score.maximum;
  if (low || high) {
    const range = `${score.minimum ?? '-∞'} to ${score.maximum ?? '∞'}`;
    const message = `${field.at} is outside the range of ${field.on} (${range}), so the decision would always be the same.`;
    checked.report([...path, 'at'], message, 'Write a threshold in the unit of the score.');
  }
  if (score.nullable && !field.nullable) {
    const hint = `Write nullable: true here too, or remove it from ${field.on}.`;
    checked.report(['output', field.name], `${field.on} may be null, and then this decision is null as well.`, hint, {
      at: 'name',
    });
  }
}

function checkRank(checked: Checked): void {
  const { rank } = checked.file;
  if (rank === undefined) return;
  const scores = [...checked.outputs.values()].filter(isNumericScore).map((score) => score.name);
  checkNamed(checked, ['rank', 'by'], rank.by, 'a numeric score', scores);
  if (rank.within === undefined) return;
  checkNamed(checked, ['rank', 'within'], rank.within, 'a feature, the unit or a context field', recordFields(checked));
}

function isNumericScore(field: { readonly kind: string; readonly type?: string }): field is ScoreField {
  return field.kind === 'score' && (field.type === 'number' || field.type === 'integer');
}
