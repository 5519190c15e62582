import { asSlipwayError, type Predictor, type Rank } from '@slipway/core';
import { copyQuery } from './copy-query.ts';
import type { BatchFile } from './file-format.ts';
import type { InputPlan, Reading } from './input-plan.ts';
import { registerModel } from './model-function.ts';
import { outputColumns } from './output-columns.ts';
import type { QueryEngine } from './query-engine.ts';
import { queryError } from './query-error.ts';
import type { ScoreCounting } from './score-histograms.ts';

export interface ScoreFileRequest {
  readonly engine: QueryEngine;
  readonly input: InputPlan;
  readonly target: BatchFile;
  readonly rank: Rank | null;
  readonly reading: Reading;
  readonly predictor: Predictor;
  readonly scores: ScoreCounting;
  readonly spillFolder: string;
  readonly signal: AbortSignal;
  /** Told of the rows that the model has seen so far. */
  readonly onRows: (rows: number) => void;
}

/** What the scoring itself counted. */
export interface FileScored {
  readonly reached: number;
  readonly refused: number;
  readonly written: number;
}

/** Scores the input into the target, which grows where nobody looks. Refused rows are left out and counted. */
export async function scoreFile(request: ScoreFileRequest): Promise<FileScored> {
  const { engine, input, target, rank, reading, predictor, scores, signal, onRows } = request;
  const { launch, session } = predictor;
  const outputs = outputColumns(launch.output, session.binding.outputs, target.format);
  let reached = 0;
  let refused = 0;
  const model = registerModel(engine.connection, {
    predictor,
    input,
    outputs,
    onScored(predictions) {
      reached += predictions.rows;
      refused += predictions.refused.length;
      scores.add(predictions);
      onRows(reached);
    },
  });
  try {
    const written = await engine.run(copyQuery({ input, outputs, target, rank, reading }), signal);
    return { reached, refused, written };
  } catch (thrown) {
    throw model.error() === undefined
      ? queryError(thrown, [target.path, request.spillFolder])
      : asSlipwayError(model.error(), 'MODEL_FAILED');
  }
}
