import { logLossWithoutFeatures } from '../../sources/metrics/usefulness.ts';
import type { TrainingReport } from '../../sources/training/train-launch.ts';
import { grouped, labelledLines } from '../lines.ts';
import type { Style } from '../style.ts';

/** What was trained and how well it does on the holdout: two small tables. */
export function trainingText(report: TrainingReport, style: Style): string {
  const { rows, learned, engine } = report;
  const lines: [string, string][] = [
    ['learned from', `${grouped(rows.training)} rows; ${grouped(rows.holdout)} more are held out, to judge the model`],
    ['label', report.positive === null ? report.label : `${report.label}; ${report.positive} means 1`],
    ['features', report.features.join(', ')],
    ...learnedLines(learned),
    ['served by', engine.name === 'compiled' ? 'the compiled engine, proved against ONNX Runtime' : 'ONNX Runtime'],
    ...report.ignored.map(({ name, reason }): [string, string] => ['not used', `${name}: ${reason}`]),
    ...report.notes.map((note): [string, string] => ['note', note]),
  ];
  const head = style.bold(`${report.model} ${report.version}: ${kindText[learned.kind]}`);
  return `${head}\n${labelledLines(lines)}\n${style.bold('On the holdout')}\n${metricsText(report)}\n${warningsText(report, style)}${style.yellow(caution)}\n`;
}

const kindText = { logistic: 'logistic regression', forest: 'random forest' } as const;

const caution = 'This is a baseline for trying things out: bring your own model for decisions that matter.';

function warningsText({ warnings }: TrainingReport, style: Style): string {
  if (warnings.length === 0) return '';
  const lines = ['Warning: this model may be of no use', ...warnings.map((warning) => `  ${warning}`), whatHelps];
  return `${style.red(lines.join('\n'))}\n\n`;
}

const whatHelps = '  Leave out features that tell nothing, add rows, or look for others.';

function learnedLines(learned: TrainingReport['learned']): [string, string][] {
  if (learned.kind === 'forest') return [['trees', String(learned.trees)]];
  const shown = learned.weights.slice(0, 10);
  const terms = shown.map(({ feature, weight }) => `${signed(weight)} ${feature}`);
  const rest = learned.weights.length - shown.length;
  return [['log-odds', `${learned.bias.toPrecision(4)} ${terms.join(' ')}${rest > 0 ? ` … ${rest} more` : ''}`]];
}

function signed(weight: number): string {
  return `${weight < 0 ? '-' : '+'} ${Math.abs(weight).toPrecision(4)}`;
}

function metricsText({ metrics }: TrainingReport): string {
  const { auc, logLoss, brier, baseRate, confusion } = metrics;
  const { threshold, truePositives, falsePositives, trueNegatives, falseNegatives } = confusion;
  const cell = (count: number) => grouped(count).padStart(9);
  return labelledLines([
    ['AUC', `${auc.toFixed(4)}   0.5 is guessing, 1 is perfect`],
    ['log loss', `${logLoss.toFixed(4)}   ${logLossWithoutFeatures(baseRate).toFixed(4)} without any feature`],
    ['Brier', `${brier.toFixed(4)}   ${(baseRate * (1 - baseRate)).toFixed(4)} without any feature`],
    [`at ${threshold}`, `${'decided 1'.padStart(9)} ${'decided 0'.padStart(9)}`],
    ['  was 1', `${cell(truePositives)} ${cell(falseNegatives)}`],
    ['  was 0', `${cell(falsePositives)} ${cell(trueNegatives)}`],
  ]);
}
