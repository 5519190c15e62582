import type { EventSink, Launch, Predictor, Reference } from '@slipway/core';

/** A model as a batch run needs it; what `openModel` answers, opened as synchronous, is one. */
export interface BatchModel {
  readonly launch: Launch;
  readonly launchPath: string;
  readonly launchDigest: string;
  /** Where all that it was made of lies. */
  readonly files: {
    readonly launch: string;
    readonly artifact: string;
    readonly golden: string | null;
    readonly reference: string | null;
  };
  readonly artifact: { readonly digest: string };
  readonly predictor: Predictor;
}

export interface BatchOptions {
  readonly model: BatchModel;
  /** .csv, .ndjson, .jsonl (each also with .gz) or .parquet. */
  readonly input: string;
  readonly output: string;
  /** Where rows go that were not scored; by default the output with `.quarantine.ndjson` behind it. */
  readonly quarantine?: string;
  /** Where the run record goes; by default the output with `.run.json` behind it. */
  readonly record?: string;
  /** Part of the rows that may be quarantined; by default what the launch file says. */
  readonly maxQuarantine?: number;
  /** Rows of each group that are kept, best first; by default what `rank` of the launch file says. */
  readonly top?: number | null;
  /** False keeps input order and every row, whatever the launch file says. */
  readonly ranked?: boolean;
  /** Threads of the query engine; by default one a core, fewer where the memory asks for it. */
  readonly threads?: number;
  /** Where each prediction's event goes; nowhere by default. */
  readonly sink?: EventSink | null;
  /** What the scores are compared with; by default the reference that the launch file names. */
  readonly reference?: Reference | null;
  /** Stops the run; it then leaves no output and rejects with CANCELLED. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BatchProgress) => void;
}

export interface BatchProgress {
  /** Rows that the model has seen so far. */
  readonly rows: number;
  /** Rows of the input, once they are counted. */
  readonly total: number | null;
}
