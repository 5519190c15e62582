import { isAbsolute, relative } from 'node:path';
import { logLossWithoutFeatures } from '../../sources/metrics/usefulness.ts';
import { toReview } from '../../sources/training/draft-launch.ts';
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

/** The files, what to look at, and the next commands. `cwd` is where the user will type them. */
export function nextText(
  report: TrainingReport,
  cwd: string,
  files: { toScore: string; scored: string },
  style: Style,
): string {
  const folder = shown(report.out, cwd);
  const written = report.files.map((file) => `  ${folder === '' ? '' : `${folder}/`}${file}\n`).join('');
  const go = folder === '' ? '' : `  cd ${shellWord(folder)}\n`;
  return (
    `${style.bold('Written')}\n${written}\n` +
    `${style.bold('Review in launch.yaml')}, filled in by guess: ${toReview.join(', ')}\n\n` +
    `${style.bold('Try next')}\n${go}` +
    labelledLines([
      ['slipway inspect', 'what is in the model, and which engine serves it'],
      ['slipway check', 'are the eight facts documented, and true?'],
      [`slipway batch ${files.toScore} ${files.scored}`, 'score a file'],
      ['slipway serve', 'the same model over HTTP'],
    ])
  );
}

/** A path as a shell takes it: in quotes where it has more than plain characters. */
function shellWord(path: string): string {
  return /^[\w./~+:@%-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function shown(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}
