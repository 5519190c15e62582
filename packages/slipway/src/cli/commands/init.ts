import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openModel } from '../../open-model.ts';
import { toReview } from '../../sources/training/draft-launch.ts';
import { exampleFiles, writeLearnerExample } from '../../sources/training/learner-example.ts';
import type { Io } from '../io.ts';
import { styleFor } from '../style.ts';
import { nextText } from './next-steps.ts';
import { trainingText } from './training-report.ts';

const examples = `
Makes up 20,000 learners (the same on every machine), and trains a small classifier that says who will need support.
The folder is ready for \`slipway batch\` and \`slipway serve\`.

Examples:
  slipway init learner-risk
  slipway init learner-risk --force    replace the files of an earlier try`;

export function configure(command: Command, io: Io): void {
  command
    .argument('<folder>', 'the folder to make')
    .option('--json', 'print one JSON document')
    .option('--force', 'replace files that are already there')
    .addHelpText('after', examples)
    .action(async (folder: string, options: { json?: boolean; force?: boolean }) => {
      const report = await writeLearnerExample(resolve(io.cwd, folder), options.force === true, openModel);
      if (options.json) {
        io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
        return;
      }
      const style = styleFor(io.stdout, io.env);
      const next = { ...report, toReview, toScore: exampleFiles.toScore, scored: 'scored_learners.csv' };
      io.stdout.write(`${trainingText(report, style)}\n${nextText(next, io.cwd, style)}`);
    });
}
