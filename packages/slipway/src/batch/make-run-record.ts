import { randomUUID } from 'node:crypto';
import { compareScores, type Rank } from '@slipway/core';
import { isOverQuarantined } from './accounting.ts';
import type { BatchOptions } from './batch-options.ts';
import type { FileCount } from './count-records.ts';
import type { FileFormat } from './file-format.ts';
import type { QuarantineFile } from './quarantine-file.ts';
import { answerQuestions } from './questions.ts';
import type { RunPaths } from './run-paths.ts';
import type { FileRecord, RunCounts, RunRecord } from './run-record.ts';
import type { Scored } from './score-rows.ts';

/** What a run has found out when it is over. */
export interface RunFacts {
  readonly options: BatchOptions;
  readonly paths: RunPaths;
  readonly rank: Rank | null;
  readonly scored: Scored;
  readonly count: FileCount;
  /** Null where too much was quarantined. */
  readonly output: FileCount | null;
  /** Whether a file of an earlier run lies where the output would. */
  readonly hasEarlierOutput: boolean;
  readonly counts: RunCounts;
  readonly maxQuarantine: number;
  readonly quarantine: QuarantineFile;
  readonly startedMs: number;
  readonly durationMs: number;
}

export function makeRunRecord(facts: RunFacts): RunRecord {
  const { options, paths, rank, scored, count, output, counts, quarantine, durationMs } = facts;
  const { model, reference = null } = options;
  const { launch, predictor } = model;
  const drift = reference === null ? null : compareScores(reference, scored.scores.profile);
  const isOver = isOverQuarantined(counts, facts.maxQuarantine);
  return {
    slipway_run: 1,
    run_id: randomUUID(),
    model: launch.model,
    version: launch.version,
    artifact: model.artifact.digest,
    launch: { path: model.launchPath, digest: model.launchDigest },
    engine: predictor.session.engine,
    input: fileRecord(paths.input, count, counts.rows_read),
    output: output === null ? null : fileRecord(paths.output, output, counts.rows_written),
    earlier_output: output === null && facts.hasEarlierOutput ? paths.output.path : null,
    quarantine:
      quarantine.rows === 0
        ? null
        : { path: paths.quarantine, rows: quarantine.rows, reasons: quarantine.reasonCounts() },
    counts,
    max_quarantine: facts.maxQuarantine,
    rank,
    started_at: new Date(facts.startedMs).toISOString(),
    duration_ms: Math.round(durationMs),
    rows_per_second: Math.round((1000 * counts.rows_read) / Math.max(durationMs, 1)),
    peak_memory_bytes: process.resourceUsage().maxRSS * 1024,
    threads: scored.resources.threads,
    scores: scored.scores.histograms(),
    drift,
    verdict: isOver ? 'fail' : 'pass',
    questions: answerQuestions({
      counts,
      maxQuarantine: facts.maxQuarantine,
      isOver,
      extraColumns: extraColumns(facts),
      schema: paths.input.format === 'ndjson' ? 'objects' : 'columns',
      drift,
      noDrift: noReference(launch.monitoring?.reference ?? null),
    }),
  };
}

function fileRecord(file: { path: string; format: FileFormat }, count: FileCount, rows: number): FileRecord {
  return { path: file.path, format: file.format, digest: count.digest, bytes: count.bytes, rows };
}

/** Columns that are neither a feature nor the unit or the context. */
function extraColumns({ options, scored }: RunFacts): readonly string[] {
  const { features, unit, context } = options.model.launch.input;
  const known = new Set([...features.map((feature) => feature.name), unit, ...context]);
  return scored.input.columns.map((column) => column.name).filter((name) => !known.has(name));
}

function noReference(path: string | null): string {
  if (path === null) return 'The launch file names no reference to compare the scores with.';
  return `The reference ${path} was not there to compare the scores with.`;
}
