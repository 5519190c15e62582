import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { GRPCInferenceService } from 'slipway/open-inference';
import type { Question } from './expected-answers.ts';
import type { Tally } from './tally.ts';

export interface GrpcOptions {
  readonly port: number;
  readonly questions: readonly Question[];
  readonly tally: Tally;
  readonly headers: () => Readonly<Record<string, string>>;
}

/** One caller of the Open Inference Protocol, who asks again when it has an answer and has waited a little. */
export async function askByGrpc(options: GrpcOptions, isOver: () => boolean): Promise<void> {
  const { port, questions, tally, headers } = options;
  const client = createClient(GRPCInferenceService, createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }));
  for (let at = 0; !isOver(); at++) {
    const question = questions[at % questions.length] as Question;
    const askedMs = performance.now();
    try {
      const answer = await client.modelInfer(request(question), { headers: headers() });
      check(question, answer, askedMs, tally);
    } catch (thrown) {
      const text = thrown instanceof Error ? thrown.message : String(thrown);
      tally.trouble('cut', askedMs, performance.now(), `gRPC: ${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function request({ record }: Question) {
  return {
    modelName: 'learner-risk',
    inputs: ['hours_studied', 'quiz_score'].map((name) => ({
      name,
      datatype: 'FP64',
      shape: [1n],
      contents: { fp64Contents: [Number(record[name])] },
    })),
    outputs: [{ name: 'risk_score' }],
  };
}

type Answer = Awaited<ReturnType<ReturnType<typeof createClient<typeof GRPCInferenceService>>['modelInfer']>>;

function check({ byVersion }: Question, answer: Answer, askedMs: number, tally: Tally): void {
  const nowMs = performance.now();
  const at = answer.outputs.findIndex(({ name }) => name === 'risk_score');
  const raw = answer.rawOutputContents[at];
  const score = raw === undefined ? answer.outputs[at]?.contents?.fp32Contents[0] : Buffer.from(raw).readFloatLE();
  if (score === undefined || Number.isNaN(score)) {
    tally.trouble('fallback (switched)', askedMs, nowMs, 'gRPC');
    return;
  }
  const [wanted] = JSON.parse(byVersion.get(answer.modelVersion) ?? '[]') as number[];
  if (wanted === undefined || Math.fround(wanted) !== score) {
    tally.wrongAnswer(nowMs, `gRPC: ${answer.modelVersion} answered ${score} in place of ${wanted}`);
  } else tally.count('right answers by gRPC');
}
