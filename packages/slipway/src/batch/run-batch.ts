import type { BigIntStats } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { fail, isSlipwayError, type Rank } from '@slipway/core';
import { systemClock } from '../system/clock.ts';
import { isThere } from '../system/is-there.ts';
import { isOverQuarantined, settle, textFault } from './accounting.ts';
import type { BatchOptions } from './batch-options.ts';
import { countRecords, type FileCount } from './count-records.ts';
import { type Counting, startCounting } from './counting-thread.ts';
import type { BatchFile } from './file-format.ts';
import { makeRunRecord } from './make-run-record.ts';
import { QuarantineFile } from './quarantine-file.ts';
import { quarantineRows } from './quarantine-rows.ts';
import { untilAborted } from './query-engine.ts';
import { readReference } from './read-reference.ts';
import { type RunPaths, runPaths } from './run-paths.ts';
import { runPredictor } from './run-predictor.ts';
import { runRank } from './run-rank.ts';
import type { RunCounts, RunRecord } from './run-record.ts';
import { type Scored, scoreRows } from './score-rows.ts';
import { removeLeftovers, type StagedFile, stagedFile } from './staging.ts';

/**
 * Scores a file into another: every row is scored or quarantined with its reason, the accounts are checked, and the
 * output appears whole or not at all. Answers the run record, which also lies beside the output. A run that had to
 * quarantine too much leaves its quarantine file and a record with the verdict `fail`, but no output.
 * Raises INPUT_*, OUTPUT_*, BATCH_*, MODEL_FAILED, REFERENCE_INVALID, USAGE, CANCELLED.
 */
export async function runBatch(given: BatchOptions): Promise<RunRecord> {
  const rank = runRank(given.model.launch, given);
  const paths = await runPaths({ ...given, modelFiles: filesOf(given.model) });
  const { reference = await readReference(given.model) } = given;
  const options = { ...given, reference };
  await Promise.all([paths.output.path, paths.quarantine, paths.record].map(removeLeftovers));
  const staged: StagedFiles = {
    output: stagedFile(paths.output.path, 'output'),
    quarantine: stagedFile(paths.quarantine, 'quarantine'),
    record: stagedFile(paths.record, 'record'),
    spill: stagedFile(paths.output.path, 'spill'),
  };
  const counting = startCounting(paths.input, paths.inputBytes);
  const signal = options.signal ?? new AbortController().signal;
  try {
    await Promise.all([staged.output.write(''), staged.quarantine.write(''), staged.record.write('')]);
    return await run({ options, paths, rank, staged, counting, signal });
  } finally {
    await counting.stop();
    await Promise.all(Object.values(staged).map((file) => file.discard()));
  }
}

function filesOf({ files: { launch, artifact, golden, reference } }: BatchOptions['model']): string[] {
  return [launch, artifact, golden, reference].filter((file) => file !== null);
}

/** Everything that a run writes, until it is committed. */
interface StagedFiles {
  readonly output: StagedFile;
  readonly quarantine: StagedFile;
  readonly record: StagedFile;
  /** Where the query engine puts what does not fit in its memory. */
  readonly spill: StagedFile;
}

interface Run {
  readonly options: BatchOptions;
  readonly paths: RunPaths;
  readonly rank: Rank | null;
  readonly staged: StagedFiles;
  readonly counting: Counting;
  readonly signal: AbortSignal;
}

async function run(start: Run): Promise<RunRecord> {
  const { options, paths, rank, staged, counting, signal } = start;
  const clock = { startedMs: systemClock.wallMs(), startedAt: systemClock.monotonicMs() };
  const before = await stat(paths.input.path, { bigint: true });
  const target = { ...paths.output, path: staged.output.path };
  const scored = await scoreOrExplain(start, target);
  const count = await untilAborted(signal, counting.result);
  await refuseChanged(paths.input.path, before);
  const quarantine = await quarantined(start, scored, count);
  const counts = settled(start, scored, count, quarantine);
  const maxQuarantine = options.maxQuarantine ?? options.model.launch.batch.maxQuarantine;
  const isOver = isOverQuarantined(counts, maxQuarantine);
  // Only hashed: what lies in it was counted by the query engine as it wrote.
  const output = isOver ? null : await countRecords({ ...target, format: 'parquet', gzip: false });
  const durationMs = systemClock.monotonicMs() - clock.startedAt;
  const times = { startedMs: clock.startedMs, durationMs };
  const record = makeRunRecord({
    options,
    paths,
    rank,
    scored,
    count,
    output,
    hasEarlierOutput: await isThere(paths.output.path),
    counts,
    maxQuarantine,
    quarantine,
    ...times,
  });
  await publish(start, record);
  return record;
}

/** Scores; where the query engine gives up on a text, the counter's look at its bytes says better why. */
async function scoreOrExplain(start: Run, target: BatchFile): Promise<Scored> {
  const { options, paths, rank, staged, counting, signal } = start;
  const spillFolder = staged.spill.path;
  try {
    return await scoreRows({ options, source: paths.input, target, rank, counting, spillFolder, signal });
  } catch (thrown) {
    if (!isSlipwayError(thrown) || thrown.code !== 'BATCH_FAILED') throw thrown;
    const count = await untilAborted(signal, counting.result);
    throw textFault({ path: paths.input.path, ...count }) ?? thrown;
  }
}

/** Finds the rows that were not scored. A clean run has none, and writes nothing. */
async function quarantined(start: Run, scored: Scored, count: FileCount): Promise<QuarantineFile> {
  const { options, staged, signal } = start;
  const quarantine = new QuarantineFile(staged.quarantine.path);
  const dropped = recordsRead(scored, count) - scored.tallies.reached;
  if (dropped < 0 || (dropped === 0 && scored.tallies.refused === 0)) return quarantine;
  await quarantineRows({
    input: scored.input,
    reading: scored.reading,
    predictor: runPredictor(options.model, null),
    quarantine,
    spillFolder: staged.spill.path,
    memoryBytes: scored.resources.memoryBytes,
    dropped,
    signal,
  });
  return quarantine;
}

function settled({ paths, rank }: Run, scored: Scored, count: FileCount, quarantine: QuarantineFile): RunCounts {
  const isCut = rank !== null && rank.top !== null;
  const quarantined = quarantine.records;
  const swallowed = quarantine.rows - quarantined;
  const tallies = { read: recordsRead(scored, count), ...scored.tallies, quarantined, swallowed, isCut };
  return settle(tallies, { path: paths.input.path, ...count });
}

/** By the footer of Parquet, or by the record counter. */
function recordsRead({ input }: Scored, { records }: FileCount): number {
  return input.rows ?? records ?? 0;
}

/** The record comes last: where it is, all else is. What an earlier run left for the same output goes. */
async function publish({ paths, staged }: Run, record: RunRecord): Promise<void> {
  await staged.record.write(`${JSON.stringify(record, null, 2)}\n`);
  if (record.quarantine === null) await rm(paths.quarantine, { force: true });
  else await staged.quarantine.commit();
  if (record.output !== null) await staged.output.commit();
  await staged.record.commit();
}

/** Raises BATCH_FAILED where the input was written to meanwhile: its rows were then read at different times. */
async function refuseChanged(path: string, before: BigIntStats): Promise<void> {
  const after = await stat(path, { bigint: true });
  if (after.size === before.size && after.mtimeNs === before.mtimeNs) return;
  throw fail('BATCH_FAILED', {
    message: 'The input changed while it was read.',
    where: path,
    hint: 'Let it be written to its end first, and start again.',
  });
}
