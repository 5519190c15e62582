import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModel, type OnnxModel } from '@slipway/core';
import { modelOf, node, value } from './models/index.ts';

/** The launch file of the learner example: two features, a unit, two fields of context, a score and a decision. */
export const learnerLaunch = `slipway: 1
model: learner-risk
version: 1.0.0
artifact: model.onnx
owner: { team: Learner Success, contact: learner-success@example.org, runbook: https://example.org/runbook }
pattern: online
why: A mentor opens the learner's page and waits for the score.
input:
  hours_studied: { type: number, minimum: 0, maximum: 168, unit: hours per week }
  quiz_score: { type: number, minimum: 0, maximum: 100 }
unit: learner_id
context: [cohort, mentor_id]
output:
  risk_score: { type: number, minimum: 0, maximum: 1, from: probabilities, class: 1, nullable: true }
  needs_support: { type: boolean, threshold: { on: risk_score, at: 0.7 }, nullable: true }
slo:
  latency: { within: 200ms, target: 0.95 }
`;

/** A logistic regression whose scores spread over all of 0 to 1: few hours and low scores mean a high risk. */
export function learnerModel(bias = 5): OnnxModel {
  const weights = [-0.1, -0.06];
  return modelOf('learner-risk', {
    nodes: [
      node('ml:LinearClassifier', ['X'], ['label', 'probabilities'], {
        coefficients: { floats: [...weights.map((weight) => -weight), ...weights] },
        intercepts: { floats: [-bias, bias] },
        classlabels_ints: { ints: [0, 1] },
        multi_class: { int: 1 },
        post_transform: 'LOGISTIC',
      }),
    ],
    inputs: [value('X', 'float32', [null, 2])],
    outputs: [value('label', 'int64', [null]), value('probabilities', 'float32', [null, 2])],
  });
}

/** Writes `model.onnx` and `launch.yaml` into a folder; answers the path of the launch file. */
export function writeLearnerLaunch(folder: string, { model = learnerModel(), text = learnerLaunch } = {}): string {
  const path = join(folder, 'launch.yaml');
  writeFileSync(join(folder, 'model.onnx'), encodeModel(model));
  writeFileSync(path, text);
  return path;
}
