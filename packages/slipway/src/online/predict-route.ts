import {
  asSlipwayError,
  type FallbackReason,
  fail,
  isPromise,
  isSlipwayError,
  type MaybePromise,
  type Prediction,
  type Refusal,
  type SlipwayError,
} from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { serverLimits } from './limits.ts';
import type { ModelSlot, ServedModel } from './model-slot.ts';
import type { Outcome } from './ports.ts';
import { issuesOf, statusOf } from './problem.ts';
import { readJson } from './read-json.ts';
import { receiveBody } from './receive-body.ts';
import { readRequest } from './request.ts';
import { type MeteredRoute, type Responding, respond, respondProblem } from './respond.ts';
import { draining, notReady } from './server-state.ts';

export interface PredictContext extends Responding {
  readonly slot: ModelSlot;
  readonly monotonicMs: () => number;
}

/** What became of a request that was answered with predictions. */
interface Answered {
  readonly body: string;
  readonly records: number;
  readonly refused: number;
  /** Why the fallback answered, and how many records. */
  readonly fallback: { readonly reason: FallbackReason; readonly records: number } | null;
  /** The first failure of the model on a record; the others are alike. */
  readonly fault: SlipwayError | null;
}

type PredictParams = { readonly model?: string };

/** `POST /predict` and `POST /models/{model}/predict`: one record, or many. */
export function predictRoute(context: PredictContext, route: MeteredRoute) {
  const { slot, monotonicMs } = context;

  return (request: FastifyRequest, reply: FastifyReply): void => {
    const arrivedMs = monotonicMs();
    // A request that had begun to arrive before is in flight, and is answered.
    const isTooLate = context.state.refusing;
    const bytesMax = slot.current()?.model.launch.online.bodyBytes ?? serverLimits.bodyBytesUnopened;
    receiveBody(request.raw, bytesMax, (bytes, refused) => {
      const served = slot.current();
      if (served !== null) slot.enter(served);
      const finish = (thrown: unknown, answered: Answered | null) => {
        const ms = Math.round((monotonicMs() - arrivedMs) * 1000) / 1000;
        if (answered !== null) respondAnswered(context, route, request, reply, answered, ms);
        else respondProblem(context, route, request, reply, asSlipwayError(thrown), { facts: { ms } });
        if (served === null) return;
        measure(served, answered, thrown, ms);
        slot.leave(served);
      };

      let answered: MaybePromise<Answered>;
      try {
        if (isTooLate) throw draining();
        if (served === null) throw notReady();
        checkName(served, (request.params as PredictParams).model);
        if (refused !== null) throw refused;
        answered = answer(served, bytes);
      } catch (thrown) {
        finish(thrown, null);
        return;
      }
      if (isPromise(answered))
        answered.then(
          (made) => finish(null, made),
          (thrown) => finish(thrown, null),
        );
      else finish(null, answered);
    });
  };
}

function checkName({ model }: ServedModel, name: string | undefined): void {
  const { model: served } = model.launch;
  if (name === undefined || name === served) return;
  throw fail('MODEL_NOT_FOUND', {
    message: `There is no model ${JSON.stringify(name)} here; the one that is served is ${JSON.stringify(served)}.`,
  });
}

function answer(served: ServedModel, bytes: Buffer): MaybePromise<Answered> {
  const { launch, predictor } = served.model;
  const asked = readRequest(readJson(bytes, serverLimits.depth), launch.online.records);
  if (asked.kind === 'one') {
    const made = predictor.predict(asked.record, online);
    return isPromise(made) ? made.then((prediction) => one(served, prediction)) : one(served, made);
  }
  const made = predictor.predictMany(asked.records, { source: 'online', strict: asked.strict });
  return isPromise(made) ? made.then((answers) => many(served, answers)) : many(served, made);
}

const online = { source: 'online' } as const;

function one(served: ServedModel, prediction: Prediction): Answered {
  const fallback = prediction.fallback === null ? null : { reason: prediction.fallback.reason, records: 1 };
  return { body: served.answerText.one(prediction), records: 1, refused: 0, fallback, fault: null };
}

function many(served: ServedModel, answers: readonly (Prediction | Refusal)[]): Answered {
  let refused = 0;
  let fault: SlipwayError | null = null;
  let reason: FallbackReason | null = null;
  let fallbacks = 0;
  for (const made of answers) {
    if ('error' in made) {
      refused += 1;
      if (fault === null && statusOf(made.error) >= 500) fault = made.error;
    } else if (made.fallback !== null) {
      reason = made.fallback.reason;
      fallbacks += 1;
    }
  }
  const fallback = reason === null ? null : { reason, records: fallbacks };
  return { body: served.answerText.many(answers), records: answers.length, refused, fallback, fault };
}

function respondAnswered(
  context: PredictContext,
  route: MeteredRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  { body, records, refused, fallback, fault }: Answered,
  ms: number,
): void {
  if (refused === 0 && fallback === null) {
    respond(context, route, request, reply, { status: 200, body });
    route.log.answered(request.id, ms, records);
    return;
  }
  if (fault !== null) route.log.error({ request: request.id, err: fault }, 'the model failed on a record');
  // Says without a look into the body that at least one answer is a fallback.
  const headers = fallback === null ? {} : { 'x-slipway-fallback': fallback.reason };
  const told = fallback === null ? {} : { fallback: fallback.reason, fallbacks: fallback.records };
  respond(context, route, request, reply, { status: 200, body, headers });
  route.log.info({ request: request.id, status: 200, ms, records, refused, ...told }, 'answered');
}

function measure({ meter }: ServedModel, answered: Answered | null, thrown: unknown, ms: number): void {
  meter.request(outcomeOf(answered, thrown), ms / 1000);
  if (answered === null) {
    meter.records(0, refusedRecords(thrown));
    return;
  }
  meter.records(answered.records - answered.refused, answered.refused);
  if (answered.fallback !== null) meter.fallback(answered.fallback.reason, answered.fallback.records);
}

function outcomeOf(answered: Answered | null, thrown: unknown): Outcome {
  if (answered !== null) return answered.fault !== null ? 'error' : answered.fallback !== null ? 'fallback' : 'ok';
  const status = statusOf(asSlipwayError(thrown));
  return status < 500 ? 'invalid' : status === 503 ? 'unavailable' : 'error';
}

/** How many records a request was refused for. */
function refusedRecords(thrown: unknown): number {
  if (!isSlipwayError(thrown) || thrown.code !== 'RECORD_INVALID') return 0;
  return new Set(issuesOf(thrown).map((issue) => issue.record)).size;
}
