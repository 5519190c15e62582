import { type Checked, checkNamed, recordFields } from './checked.ts';
import { brokenCronField } from './cron.ts';

/** What is watched, evaluated and run names fields that exist and files that it needs. */
export function checkOperation(checked: Checked): void {
  checkMonitoring(checked);
  checkEvaluation(checked);
  checkRuns(checked);
}

function checkMonitoring(checked: Checked): void {
  const { monitoring } = checked.file;
  if (monitoring === undefined) return;
  for (const [index, name] of (monitoring.redact ?? []).entries()) {
    checkNamed(
      checked,
      ['monitoring', 'redact', index],
      name,
      'a feature, the unit or a context field',
      recordFields(checked),
    );
  }
  if (monitoring.reference !== undefined) return;
  for (const [index, metric] of monitoring.metrics.entries()) {
    if (!metric.endsWith('_drift')) continue;
    const hint = 'Name the reference profile in monitoring.reference, or remove the metric.';
    checked.report(['monitoring', 'metrics', index], `${metric} needs a reference to drift from.`, hint);
  }
}

function checkEvaluation(checked: Checked): void {
  const { evaluation } = checked.file;
  if (evaluation === undefined) return;
  if (checked.features.has(evaluation.label)) {
    const message = `${JSON.stringify(evaluation.label)} is a feature: a model that is shown the answer proves nothing.`;
    checked.report(['evaluation', 'label'], message, 'Name the column with what really happened.');
  }
  for (const [index, name] of (evaluation.slices ?? []).entries()) {
    checkNamed(
      checked,
      ['evaluation', 'slices', index],
      name,
      'a feature, the unit or a context field',
      recordFields(checked),
    );
  }
}

function checkRuns(checked: Checked): void {
  const { batch, streaming } = checked.file;
  if (batch?.schedule !== undefined) {
    const broken = brokenCronField(batch.schedule);
    if (broken !== null)
      checked.report(
        ['batch', 'schedule'],
        `${broken}.`,
        'Five fields: minute, hour, day of month, month, day of week.',
      );
  }
  if (batch?.input !== undefined && batch.input === batch.output) {
    checked.report(['batch', 'output'], 'the output is the input itself.', 'Name another file.');
  }
  if (streaming === undefined) return;
  if (streaming.key !== undefined) {
    checkNamed(
      checked,
      ['streaming', 'key'],
      streaming.key,
      'a feature, the unit or a context field',
      recordFields(checked),
    );
  }
  for (const end of ['to', 'dead_letter'] as const) {
    if (streaming.from === undefined || streaming[end] !== streaming.from) continue;
    const message = 'events would come back to where they are read from.';
    checked.report(['streaming', end], message, 'Name another topic.');
  }
}
