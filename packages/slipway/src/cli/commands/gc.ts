import { type Command, Option } from 'commander';
import { type Collection, collectArtifacts } from '../../registry/collect-artifacts.ts';
import { storeOf } from '../../registry/place.ts';
import { systemClock } from '../../system/clock.ts';
import { counted } from '../../system/wording.ts';
import type { Io } from '../io.ts';
import { bytesText, labelledLines } from '../lines.ts';
import { durationOption } from '../option-values.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { type Style, styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';

const examples = `
Removes from the artifact store what no version of the registry names: the files of deleted versions, and those of pushes
that were stopped. Safe beside pushes and servers. What is younger than --grace stays, as it may belong to a push under
way. A store that several registries share must not be collected: each would take the files of the others.

Examples:
  slipway gc --dry-run                what would go
  slipway gc --why "versions of the spring term are deleted"
  slipway gc --grace 1h`;

interface Options extends ChangeOptions {
  readonly grace: number;
  readonly dryRun?: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;
const listedMax = 20;

export function configure(command: Command, io: Io): void {
  command
    .option('--dry-run', 'only say what would go')
    .addOption(
      new Option('--grace <time>', 'leave what was written within this time')
        .argParser(durationOption)
        .default(dayMs, '24h'),
    );
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      const { grace, dryRun: isDry = false } = options;
      const change = changeOf(options, io);
      const store = await storeOf(surroundingsOf(io));
      await withRegistry(io, async (registry) => {
        const beforeMs = systemClock.wallMs() - grace;
        const collection = await collectArtifacts({ registry, store, beforeMs, isDry, change });
        if (options.json) writeJson(io, { dryRun: isDry, ...collection });
        else io.stdout.write(collectionText(collection, isDry, store.where, styleFor(io.stdout, io.env)));
      });
    });
}

function collectionText(collection: Collection, isDry: boolean, where: string, style: Style): string {
  const { files, inUse, young, unused, drafts } = collection;
  const bytes = unused.reduce((sum, file) => sum + file.bytes, 0);
  const said = isDry ? 'would go' : 'removed';
  const more = unused.length - listedMax;
  return [
    `${style.bold(counted(unused.length, 'file'))} ${said}: ${bytesText(bytes)} in ${where}\n`,
    labelledLines([
      ['in use', `${inUse} of ${files}, named by a version`],
      ...(young === 0 ? [] : [['young', `${young}, named by none: left, see --grace`] as [string, string]]),
      ...(drafts === 0 ? [] : [['drafts', `${drafts} of stopped pushes removed`] as [string, string]]),
    ]),
    ...unused.slice(0, listedMax).map((file) => `  ${file.digest}  ${bytesText(file.bytes)}\n`),
    ...(more > 0 ? [`  and ${more} more: --json names them all\n`] : []),
  ].join('');
}
