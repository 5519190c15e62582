import { type Launch, type Prediction, type Refusal, toJson, valueText } from '@slipway/core';
import { problemOf } from './problem.ts';

/** Writes predictions of one launch as JSON text: the text of `toJson`, made in a fifth of the time. */
export interface AnswerText {
  one(prediction: Prediction): string;
  /** `{"predictions": [...]}`, with the error of a refused record in its place. */
  many(answers: readonly (Prediction | Refusal)[]): string;
}

export function compileAnswerText({ model, version, output }: Launch): AnswerText {
  const names = output.fields.map((field) => field.name);
  const keys = names.map((name) => `${JSON.stringify(name)}:`);
  const decisions = output.fields.filter((field) => field.kind === 'decision');
  const thresholds = JSON.stringify(Object.fromEntries(decisions.map((field) => [field.name, field.at])));
  const middle = `"thresholds":${thresholds},"prediction_id":`;
  const end = `,"model":${JSON.stringify(model)},"version":${JSON.stringify(version)}`;

  const one = (prediction: Prediction): string => {
    // Another version answered as the fallback: with its own outputs and thresholds.
    if (prediction.version !== version) return JSON.stringify(toJson(prediction));
    const { outputs, predictionId, fallback } = prediction;
    let text = '{';
    for (let index = 0; index < names.length; index++) {
      const value = outputs[names[index] as string];
      if (value !== undefined) text += `${keys[index]}${valueText(value)},`;
    }
    text += `${middle}"${predictionId}"${end}`;
    return fallback === null ? `${text}}` : `${text},"fallback":{"reason":"${fallback.reason}"}}`;
  };
  const many = (answers: readonly (Prediction | Refusal)[]): string => {
    let text = '{"predictions":[';
    for (let index = 0; index < answers.length; index++) {
      const answer = answers[index] as Prediction | Refusal;
      if (index > 0) text += ',';
      text += 'error' in answer ? refusalText(answer) : one(answer);
    }
    return `${text}]}`;
  };
  return { one, many };
}

function refusalText({ error }: Refusal): string {
  return JSON.stringify({ error: problemOf(error, null) });
}
