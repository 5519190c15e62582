import { availableParallelism } from 'node:os';
import { fail, type Rank } from '@slipway/core';
import type { BatchOptions } from './batch-options.ts';
import type { FileCount } from './count-records.ts';
import type { Counting } from './counting-thread.ts';
import type { BatchFile } from './file-format.ts';
import type { InputPlan, Reading } from './input-plan.ts';
import { openInput } from './open-input.ts';
import { openQueryEngine, type QueryEngine, untilAborted } from './query-engine.ts';
import { planResources, type Resources } from './resources.ts';
import { runPredictor } from './run-predictor.ts';
import { type FileScored, scoreFile } from './score-file.ts';
import { countScores, type ScoreCounting } from './score-histograms.ts';

export interface ScoreRowsRequest {
  readonly options: BatchOptions;
  readonly source: BatchFile;
  /** Where the output grows. */
  readonly target: BatchFile;
  readonly rank: Rank | null;
  readonly counting: Counting;
  readonly spillFolder: string;
  readonly signal: AbortSignal;
}

export interface Scored {
  readonly input: InputPlan;
  readonly resources: Resources;
  readonly tallies: FileScored;
  readonly scores: ScoreCounting;
  /** How a text was read in the end. */
  readonly reading: Reading;
}

/** Checks the input's schema and scores it, with a query engine of its own that is gone afterwards. */
export async function scoreRows(request: ScoreRowsRequest): Promise<Scored> {
  const { options, source, target, rank, spillFolder } = request;
  const threadsMax = threadsOf(options);
  const engine = await openQueryEngine(
    planResources({ threadsMax, columns: 1, formats: [], sorts: false }),
    spillFolder,
  );
  try {
    const { launch } = options.model;
    const withEvents = options.sink != null;
    const input = await openInput({ connection: engine.connection, file: source, target, launch, rank, withEvents });
    const columns = input.columns.length + launch.output.fields.length;
    const formats = [source.format, target.format];
    const resources = planResources({ threadsMax, columns, formats, sorts: rank !== null });
    await engine.limit(resources);
    return { input, resources, ...(await scoreInput(engine, input, request)) };
  } finally {
    engine.close();
  }
}

/**
 * Scores in parallel, unless the text turns out to need more care: of line breaks inside quotes the counting tells
 * early, and the work is stopped and starts anew. Events cannot be taken back, so a run with events waits for the count.
 */
async function scoreInput(engine: QueryEngine, input: InputPlan, request: ScoreRowsRequest): Promise<Attempt> {
  const { options, source, counting, signal } = request;
  if (source.format !== 'csv') return attempt(engine, input, request, 'parallel', signal);
  const needed = async () => readingFor(await untilAborted(signal, counting.result));
  if (options.sink != null) return attempt(engine, input, request, await needed(), signal);
  try {
    const either = AbortSignal.any([signal, counting.quotedBreak]);
    const done = await attempt(engine, input, request, 'parallel', either);
    if ((await needed()) === 'parallel') return done;
  } catch (thrown) {
    if (signal.aborted || !counting.quotedBreak.aborted) throw thrown;
  }
  return attempt(engine, input, request, await needed(), signal);
}

function readingFor({ strayQuote, quotedBreak }: FileCount): Reading {
  if (strayQuote !== null) return 'keeping-drops';
  return quotedBreak === null ? 'parallel' : 'in-order';
}

type Attempt = Pick<Scored, 'tallies' | 'scores' | 'reading'>;

async function attempt(
  engine: QueryEngine,
  input: InputPlan,
  { options, target, rank, counting, spillFolder }: ScoreRowsRequest,
  reading: Reading,
  signal: AbortSignal,
): Promise<Attempt> {
  const scores = countScores(options.reference ?? null, options.model.launch.output);
  let total = input.rows;
  if (total === null) {
    counting.result.then(
      (count) => {
        total = count.records;
      },
      () => {},
    );
  }
  const tallies = await scoreFile({
    engine,
    input,
    target,
    rank,
    reading,
    predictor: runPredictor(options.model, options.sink ?? null),
    scores,
    spillFolder,
    signal,
    onRows: (rows) => options.onProgress?.({ rows, total }),
  });
  return { tallies, scores, reading };
}

function threadsOf({ threads, sink }: BatchOptions): number {
  if (threads !== undefined && (!Number.isSafeInteger(threads) || threads < 1)) {
    throw fail('USAGE', { message: `The number of threads is ${threads}; it must be a whole number from 1.` });
  }
  // One thread reads in order, and so do the events stand.
  return sink == null ? (threads ?? availableParallelism()) : 1;
}
