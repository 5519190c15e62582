import { type Feature, fail, type Predictor, type Value, valueFromText } from '@slipway/core';
import { recordBytesMax } from './csv-input.ts';
import { csvFields } from './csv-record.ts';
import { type ExplainRefusal, refusalExplainer } from './explain-refusal.ts';
import type { InputPlan } from './input-plan.ts';
import { readObject } from './ndjson-record.ts';
import type { QuarantineFile } from './quarantine-file.ts';
import { throwIfAborted } from './query-engine.ts';
import { readRecords, type TextFile } from './read-records.ts';
import { recordFault } from './record-fault.ts';
import type { RecordPlace } from './record-scanner.ts';
import { isStructural, type RowIssue, type TextIssue, textIssue } from './row-issue.ts';
import type { RowMarks } from './row-marks.ts';

export interface TextQuarantineRequest {
  readonly file: TextFile;
  readonly input: InputPlan;
  /** Makes no events. */
  readonly predictor: Predictor;
  /** Names that the model writes. */
  readonly outputs: readonly string[];
  /** Which of the rows that reached the model were refused, in input order. */
  readonly refused: RowMarks;
  /** Rows that never reached the model. */
  readonly dropped: number;
  readonly quarantine: QuarantineFile;
  readonly signal: AbortSignal;
}

/**
 * Finds the rows that were not scored in the bytes of the file: those that the reader dropped, by its own rules, and
 * those that were refused, by their place among the rest. Answers how many rows reached the model by this account.
 */
export async function quarantineText(request: TextQuarantineRequest): Promise<number> {
  const { file, refused, dropped, quarantine, signal } = request;
  const reasonsOf = reasonFinder(request);
  const columns = file.format === 'csv' ? request.input.columns.length : 1;
  let reached = 0;
  await readRecords(file, {
    bytesMax: recordBytesMax + 1,
    onRecord(place, bytesOf) {
      const record = file.format === 'csv' ? place.index : place.index + 1;
      if (record === 0) return;
      const fault = dropped === 0 ? null : recordFault(bytesOf(place), file.format, columns);
      const isRefused = fault === null && refused.has(reached++);
      if (fault === null && !isRefused) return;
      const raw = bytesOf(place);
      const issues = fault === null ? reasonsOf(raw, record) : [located(fault, place)];
      const rows = fault !== null && isStructural(fault) ? place.lines : 1;
      const isCut = place.end - place.start > raw.length;
      quarantine.add({ record, line: place.line, lastLine: place.lastLine, rows, issues, raw, isCut });
    },
    between: () => throwIfAborted(signal),
  });
  return reached;
}

/** A broken record of several lines is most likely a quote too many, and the reader has to find it. */
function located(fault: TextIssue, { line, lastLine }: RecordPlace): TextIssue {
  if (line === lastLine || !isStructural(fault)) return fault;
  const lines = `lines ${line} to ${lastLine} became one record, most likely by a stray quote in line ${line}`;
  return { ...fault, message: `${fault.message}; ${lines}` };
}

type ReasonFinder = (raw: Uint8Array, record: number) => readonly RowIssue[];

function reasonFinder({ file, input, predictor, outputs }: TextQuarantineRequest): ReasonFinder {
  const explain = refusalExplainer(predictor);
  const { features } = predictor.launch.input;
  const places = new Map(input.columns.map((column, index) => [column.name, index]));
  return (raw, record) => {
    const text = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8');
    const issues =
      file.format === 'csv' ? csvIssues(text, features, places, explain) : jsonIssues(text, outputs, explain);
    if (issues.length > 0) return issues;
    throw fail('BATCH_ACCOUNTING', {
      message: `Record ${record} was refused, but nothing speaks against it.`,
      where: file.path,
    });
  };
}

function csvIssues(
  text: string,
  features: readonly Feature[],
  places: ReadonlyMap<string, number>,
  explain: ExplainRefusal,
): readonly RowIssue[] {
  const fields = csvFields(text);
  const values = features.map((feature): [string, Value] => {
    const field = fields[places.get(feature.name) as number] ?? null;
    return [feature.name, valueFromText(feature, field)];
  });
  return explain(Object.fromEntries(values));
}

function jsonIssues(line: string, outputs: readonly string[], explain: ExplainRefusal): readonly RowIssue[] {
  const read = readObject(line, outputs);
  if ('fault' in read) return [read.fault];
  const issues = explain(read.record);
  if (issues.length > 0) return issues;
  return [textIssue('encoding', 'the line has text that is not Unicode, such as half a surrogate pair')];
}
