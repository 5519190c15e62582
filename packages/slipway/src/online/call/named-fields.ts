import { isPromise, type MaybePromise, type Prediction, type Refusal, type RunLimits } from '@slipway/core';
import { serverLimits } from '../limits.ts';
import type { ServedModel } from '../models/model-slot.ts';
import { readJson } from '../read-json.ts';
import { jsonTypeFault } from '../receive-body.ts';
import { readRequest } from '../request.ts';
import { answeredMany, answeredOne } from './answered.ts';
import type { HttpAnswer, HttpFormat } from './format.ts';

/** One record as a JSON object of its fields, or many in `{"records": [...]}`. */
export const namedFields: HttpFormat = {
  refusesType: jsonTypeFault,
  answer(served: ServedModel, bytes: Buffer, limits: RunLimits): MaybePromise<HttpAnswer> {
    const { launch, predictor } = served.model;
    const asked = readRequest(readJson(bytes, serverLimits.depth), launch.online.records);
    if (asked.kind === 'one') {
      const made = predictor.predict(asked.record, { source: 'online', limits });
      return isPromise(made) ? made.then((prediction) => one(served, prediction)) : one(served, made);
    }
    const made = predictor.predictMany(asked.records, { source: 'online', strict: asked.strict, limits });
    return isPromise(made) ? made.then((answers) => many(served, answers)) : many(served, made);
  },
};

function one({ answerText }: ServedModel, prediction: Prediction): HttpAnswer {
  return { body: answerText.one(prediction), ...answeredOne(prediction) };
}

function many({ answerText }: ServedModel, answers: readonly (Prediction | Refusal)[]): HttpAnswer {
  return { body: answerText.many(answers), ...answeredMany(answers) };
}
