import { workerData } from 'node:worker_threads';
import { answerQuestions } from './answer-questions.ts';
import type { Exchange, Question } from './blocking-exchange.ts';
import { type LaneTarget, textLanes } from './lanes.ts';
import { OrtRunner } from './ort-runner.ts';
import type { SessionPlan } from './session-plan.ts';

export interface BlockingSetup {
  readonly plan: SessionPlan;
  readonly threads: number;
  /** Values a row of each feature. */
  readonly widths: readonly number[];
}

/** One worker of a blocking session: reads its rows from shared memory, and writes its answers there. */
await answerQuestions<BlockingSetup, Question>(workerData, async ({ plan, threads, widths }) => {
  const runner = await OrtRunner.open(plan, threads);
  let exchange: Exchange | null = null;
  return async (question) => {
    exchange = question.exchange ?? exchange;
    if (exchange === null) throw new Error('The first question brings the shared memory.');
    const { from, to, texts } = question;
    const columns = exchange.columns.map((shared, feature) => {
      const width = widths[feature] as number;
      return shared === null ? (texts[feature] ?? []) : shared.subarray(from * width, to * width);
    });
    const targets = exchange.lanes.map((shared) => targetOf(shared, from, to));
    await runner.run({ rows: to - from, columns }, targets);
    return textLanes(targets);
  };
});

function targetOf(shared: Exchange['lanes'][number], from: number, to: number): LaneTarget {
  return shared === null ? new Array<string>(to - from).fill('') : shared.subarray(from, to);
}
