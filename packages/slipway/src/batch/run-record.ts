import type { DriftVerdict, EngineName, ScoreCounts } from '@slipway/core';
import type { FileFormat } from './file-format.ts';
import type { ReasonCount } from './quarantine-file.ts';

/** What a run did, as JSON beside its output. Documented in docs/reference/run-record.md. */
export interface RunRecord {
  readonly slipway_run: 1;
  readonly run_id: string;
  readonly model: string;
  readonly version: string;
  readonly artifact: string;
  readonly launch: { readonly path: string; readonly digest: string };
  readonly engine: EngineName;
  readonly input: FileRecord;
  /** Null where the run left no output. */
  readonly output: FileRecord | null;
  /** Path of an output of an earlier run that is still there, untouched, as this run left none; else null. */
  readonly earlier_output: string | null;
  /** Null where no row was quarantined. */
  readonly quarantine: {
    readonly path: string;
    readonly rows: number;
    readonly reasons: readonly ReasonCount[];
  } | null;
  readonly counts: RunCounts;
  readonly max_quarantine: number;
  /** Order and cut, where there is one. */
  readonly rank: { readonly by: string; readonly within: string | null; readonly top: number | null } | null;
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly duration_ms: number;
  readonly rows_per_second: number;
  readonly peak_memory_bytes: number;
  readonly threads: number;
  /** Counted over the bins of the reference, or over ten even ones where there is none. */
  readonly scores: readonly ScoreHistogram[];
  /** Null where there is no reference to compare with. */
  readonly drift: DriftVerdict | null;
  readonly verdict: 'pass' | 'fail';
  readonly questions: readonly Question[];
}

export interface FileRecord {
  readonly path: string;
  readonly format: FileFormat;
  /** Of the bytes as they lie on the disk. */
  readonly digest: string;
  readonly bytes: number;
  /** Records, without the header. */
  readonly rows: number;
}

/** `rows_read = rows_scored + rows_quarantined`; `rows_scored = rows_written + rows_cut`. */
export interface RunCounts {
  /** Counted in the bytes of the input, or told by the footer of Parquet: independently of scoring. */
  readonly rows_read: number;
  readonly rows_scored: number;
  readonly rows_quarantined: number;
  readonly rows_written: number;
  /** Scored, and left out by the cut of a rank. */
  readonly rows_cut: number;
}

export interface ScoreHistogram extends ScoreCounts {
  /** `counts[i]` are the scores from `edges[i - 1]` up to, not including, `edges[i]`; null for categories. */
  readonly edges: readonly number[] | null;
  /** Null for numbers. */
  readonly categories: readonly string[] | null;
}

/** One of the four questions that every batch run has to answer. */
export interface Question {
  readonly question: string;
  readonly answer: 'yes' | 'no' | 'inconclusive';
  /** Whether the answer is the one to hope for; null where it cannot be told. */
  readonly good: boolean | null;
  readonly text: string;
}
