import type { FileRecord, Question, RunRecord, ScoreHistogram } from '../../batch/index.ts';
import { counted } from '../../system/wording.ts';
import { bytesText, grouped, labelledLines } from '../lines.ts';
import type { Style } from '../style.ts';
import { reasonText } from './reason-text.ts';

/** The record of a run for people: what went where, the four questions, and how the scores lie. */
export function runText(record: RunRecord, shown: (path: string) => string, style: Style): string {
  const head = style.bold(`${record.model} ${record.version}`);
  const verdict = record.verdict === 'pass' ? style.green('pass') : style.red('fail');
  return [
    `${head} ${verdict}\n${labelledLines(facts(record, shown))}`,
    record.questions.map((question) => questionText(question, style)).join(''),
    // Scores of a run that wrote nothing are nobody's scores.
    ...(record.output === null ? [] : record.scores.map((score) => scoresText(score, style))),
  ].join('\n');
}

function facts(record: RunRecord, shown: (path: string) => string): [string, string][] {
  const { input, output, quarantine, counts, rank } = record;
  const file = ({ path, rows, bytes }: FileRecord) => `${shown(path)}   ${counted(rows, 'row')}, ${bytesText(bytes)}`;
  const seconds = (record.duration_ms / 1000).toFixed(2);
  return [
    ['read', file(input)],
    ['wrote', output === null ? 'nothing: too many rows were quarantined' : file(output)],
    ...earlierLines(record.earlier_output, shown),
    ...(quarantine === null ? [] : quarantineLines(quarantine, shown)),
    ...(rank === null ? [] : [rankLine(record)]),
    [
      'took',
      `${seconds} s   ${grouped(record.rows_per_second)} rows a second, ${bytesText(record.peak_memory_bytes)} at most`,
    ],
    ['engine', record.engine === 'compiled' ? 'compiled' : 'ONNX Runtime'],
    [
      'accounts',
      `${grouped(counts.rows_read)} read = ${grouped(counts.rows_scored)} scored + ${grouped(counts.rows_quarantined)} quarantined`,
    ],
  ];
}

function earlierLines(path: string | null, shown: (path: string) => string): [string, string][] {
  return path === null ? [] : [['', `an earlier output is still there, untouched: ${shown(path)}`]];
}

function quarantineLines(
  { path, rows, reasons }: NonNullable<RunRecord['quarantine']>,
  shown: (path: string) => string,
): [string, string][] {
  const most = reasons.slice(0, 5).map(({ column, rule, rows: count }): [string, string] => {
    return ['', `${grouped(count)} × ${reasonText({ column, rule, rows: count })}`];
  });
  const rest = reasons.length - most.length;
  return [
    ['quarantine', `${shown(path)}   ${counted(rows, 'row')}`],
    ...most,
    ...(rest > 0 ? [['', `and ${rest} more reasons`] as [string, string]] : []),
  ];
}

function rankLine({ rank, counts }: RunRecord): [string, string] {
  if (rank === null) return ['rank', ''];
  const within = rank.within === null ? '' : ` within each ${rank.within}`;
  const cut =
    rank.top === null
      ? ''
      : `, the best ${grouped(rank.top)}${counts.rows_cut > 0 ? `; ${counted(counts.rows_cut, 'row')} left out` : ''}`;
  return ['rank', `by ${rank.by}${within}${cut}`];
}

function questionText({ question, answer, good, text }: Question, style: Style): string {
  const paint = good === null ? style.yellow : good ? style.green : style.red;
  return `${style.bold(question)} ${paint(answer)}\n  ${text}\n`;
}

const barWidth = 40;
/** Bars of fewer scores say nothing that the scores do not. */
const histogramScoresMin = 100;

function scoresText(score: ScoreHistogram, style: Style): string {
  const { name, count } = score;
  const head = `${style.bold(name)}${count === 0 ? '   no scores' : rangeText(score)}\n`;
  return count < histogramScoresMin ? head : `${head}${histogramText(score)}`;
}

function rangeText({ count, mean, minimum, maximum }: ScoreHistogram): string {
  if (mean === null || minimum === null || maximum === null) return '';
  return count === 1 ? `   ${short(mean)}` : `   mean ${short(mean)}, ${short(minimum)} to ${short(maximum)}`;
}

function histogramText({ counts, edges, categories }: ScoreHistogram): string {
  const labels = binLabels(edges, categories);
  const most = Math.max(1, ...counts);
  const bars = counts.map((rows, bin): [string, string] => {
    const bar = '█'.repeat(Math.round((barWidth * rows) / most));
    return [labels[bin] ?? '', `${grouped(rows).padStart(11)} ${bar}`];
  });
  return labelledLines(bars);
}

function binLabels(edges: readonly number[] | null, categories: readonly string[] | null): readonly string[] {
  if (categories !== null) return [...categories, 'other'];
  const cuts = (edges ?? []).map(short);
  if (cuts.length === 0) return ['all'];
  return [`under ${cuts[0]}`, ...cuts.slice(1).map((cut, at) => `${cuts[at]} to ${cut}`), `from ${cuts.at(-1)}`];
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
