import type { Command } from 'commander';
import { checkLaunch, type Finding, type LaunchCheck } from '../../gate/check-launch.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type Style, styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';

const examples = `
Exit code 0 when all is documented and true, 10 when not.

Examples:
  slipway check                      the launch file of this folder
  slipway check launch.yaml --json   for a script or CI
  slipway check learner-risk@staging  a version of the registry`;

export function configure(command: Command, io: Io): void {
  command
    .argument('[launch]', 'the launch file, or NAME@ALIAS of the registry', 'launch.yaml')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(async (path: string, options: { json?: boolean }) => {
      const check = await checkLaunch(path, surroundingsOf(io));
      io.stdout.write(
        options.json ? `${JSON.stringify(check, null, 2)}\n` : checkText(check, styleFor(io.stdout, io.env)),
      );
      if (check.verdict === 'fail') io.exit(verdictExitCodes.fail);
    });
}

function checkText({ model, version, verdict, facts, truths }: LaunchCheck, style: Style): string {
  const failed = [...facts, ...truths].filter((finding) => finding.verdict === 'fail').length;
  const end =
    verdict === 'pass'
      ? style.green('pass: every fact is documented and true')
      : style.red(`fail: ${failed} of ${facts.length + truths.length} to mend`);
  const head = style.bold(`${model} ${version}`);
  return `${head}\n\nDocumented\n${lines(facts, style)}\nTrue of the model\n${lines(truths, style)}\n${end}\n`;
}

function lines(findings: readonly Finding[], style: Style): string {
  const width = Math.max(...findings.map((finding) => finding.name.length));
  const mark = (finding: Finding) => (finding.verdict === 'pass' ? style.green('✓') : style.red('✗'));
  return findings.map((finding) => `  ${mark(finding)} ${finding.name.padEnd(width)}  ${finding.text}\n`).join('');
}
