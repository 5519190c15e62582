import { isPromise, type MaybePromise, type Prediction, type Refusal } from '@slipway/core';
import { serverLimits } from '../limits.ts';
import type { ServedModel } from '../models/model-slot.ts';
import { readJson } from '../read-json.ts';
import { jsonTypeFault } from '../receive-body.ts';
import { readRequest } from '../request.ts';
import { answeredMany, answeredOne } from './answered.ts';
import type { CallLimits, HttpAnswer, HttpFormat } from './format.ts';

/** One record as a JSON object of its fields, or many in `{"records": [...]}`. */
export const namedFields: HttpFormat = {
  refusesType: jsonTypeFault,
  answer(served: ServedModel, bytes: Buffer, limits: CallLimits): MaybePromise<HttpAnswer> {
    const { launch, predictor } = served.model;
    const asked = readRequest(readJson(bytes, serverLimits.depth), launch.online.records);
    if (asked.kind === 'one') {
      const made = predictor.predict(asked.record, { source: 'online', limits });
      return isPromise(made) ? made.then((prediction) => one(served, prediction, limits)) : one(served, made, limits);
    }
    const made = predictor.predictMany(asked.records, { source: 'online', strict: asked.strict, limits });
    return isPromise(made) ? made.then((answers) => many(served, answers)) : many(served, made);
  },
};

function one({ answerText }: ServedModel, prediction: Prediction, { trace }: CallLimits): HttpAnswer {
  trace?.predicted(prediction.predictionId);
  return { body: answerText.one(prediction), ...answeredOne(prediction) };
}

function many({ answerText }: ServedModel, answers: readonly (Prediction | Refusal)[]): HttpAnswer {
  return { body: answerText.many(answers), ...answeredMany(answers) };
}
