import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { learnerFiles } from '../learners/learner-files.ts';
import { launchFiles } from './draft-launch.ts';
import { refuseExisting, replaceFiles } from './replace-files.ts';
import { type TrainingReport, trainLaunch } from './train-launch.ts';
import type { OpenTrainedModel } from './trained-model.ts';

/** The example's own files, beside those of the trained model. */
export const exampleFiles = {
  learners: 'learners.csv',
  toScore: 'learners_to_score.csv',
  readme: 'README.md',
} as const;

/**
 * Makes a folder with the learner example: data, a README, and a classifier trained on the data, ready for `slipway
 * batch` and `slipway serve`. Raises FILE_EXISTS unless `force` is set.
 */
export async function writeLearnerExample(
  folder: string,
  force: boolean,
  openModel: OpenTrainedModel,
): Promise<TrainingReport> {
  if (!force) await refuseExisting(folder, [...Object.values(exampleFiles), ...Object.values(launchFiles)]);
  const { learners, toScore } = learnerFiles();
  const files = await replaceFiles(folder, exampleFiles.readme, async (place) => {
    await writeFile(join(place, exampleFiles.learners), learners);
    await writeFile(join(place, exampleFiles.toScore), toScore);
    await writeFile(join(place, exampleFiles.readme), readme);
  });
  const report = await trainLaunch({
    csv: join(folder, exampleFiles.learners),
    out: folder,
    label: 'needed_support',
    positive: null,
    features: ['hours_studied', 'quiz_score'],
    unit: 'learner_id',
    context: ['cohort', 'mentor_id'],
    kind: 'logistic',
    threshold: 0.7,
    seed: 1,
    force,
    openModel,
    words: {
      model: 'learner-risk',
      version: '1.0.0',
      owner: { team: 'Learner Success', contact: 'learner-success@example.org' },
      pattern: 'online',
      why: "A mentor opens the learner's page and waits for the score.",
      units: { hours_studied: 'hours per week' },
      score: 'risk_score',
      decision: 'needs_support',
    },
  });
  return { ...report, files: [...files, ...report.files] };
}

const readme = `# Learner risk

A small example to launch: which learners will need support? The data are made up, and the classifier is a baseline
for trying things out.

| File | What it is |
|---|---|
| \`learners.csv\` | 20,000 learners, and whether they later needed support |
| \`learners_to_score.csv\` | 5,000 other learners; some rows are awkward on purpose, and valid |
| \`model.onnx\` | a logistic regression, trained on the first file |
| \`launch.yaml\` | what the model takes and gives, and how it is launched: read this one |
| \`reference.json\` | what features and scores looked like, to measure drift against |
| \`golden.json\` | records with the scores that the model must give |
| \`holdout.csv\` | learners that the model did not learn from |

Try, in this folder:

    slipway inspect
    slipway check
    slipway batch learners_to_score.csv scored_learners.csv
    slipway serve

and in another terminal, while it serves:

    curl localhost:8080/predict -H 'content-type: application/json' -d '{"hours_studied": 4, "quiz_score": 55}'

Then change something: \`threshold\` in launch.yaml, or the model:

    slipway train learners.csv --label needed_support --unit learner_id --context cohort,mentor_id \\
      --score risk_score --decision needs_support --threshold 0.7 --model forest --out forest
`;
