import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { folderStore } from '../../registry/artifacts/folder-store.ts';
import { copyArtifacts, type StoreVerdict, verifyArtifacts } from '../../registry/backup/artifact-copies.ts';
import { restoreRegistry } from '../../registry/backup/registry-backup.ts';
import { replaceRegistry } from '../../registry/backup/replace-registry.ts';
import { registryPlace, storeOf } from '../../registry/place.ts';
import type { AuditVerdict } from '../../registry/types.ts';
import { systemClock } from '../../system/clock.ts';
import { counted } from '../../system/wording.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { entriesText, grouped, labelledLines } from '../lines.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { artifactsFolder, copiesText } from './backup.ts';

const examples = `
Restores into a registry that holds nothing, of either database: this is also the way from SQLite to PostgreSQL and back.
All of it is restored or nothing: a backup that was cut or changed, or in which anything is not as its audit log has it, is
refused with exit code 3. Then every model file that a version names is verified: exit code 10 when one is missing or
damaged.

Examples:
  slipway restore monday.backup --artifacts
  SLIPWAY_REGISTRY=postgres://slipway@db/slipway slipway restore monday.backup
  slipway restore monday.backup --force     the SQLite registry that is there is set aside, under another name`;

interface RestoreOptions extends ChangeOptions {
  readonly artifacts?: string | true;
  readonly force?: boolean;
}

export function configure(command: Command, io: Io): void {
  withChangeOptions(
    command
      .argument('<file>', 'a file of `slipway backup`')
      .option('--artifacts [folder]', 'restore the model files too; default: the folder FILE.artifacts')
      .option('--force', 'set a SQLite registry that is there aside; stop everything that uses it before'),
  )
    .addHelpText('after', examples)
    .action((file: string, options: RestoreOptions) => restore(resolve(io.cwd, file), options, io));
}

async function restore(file: string, options: RestoreOptions, io: Io): Promise<void> {
  const { registry: url } = registryPlace(surroundingsOf(io));
  const folder = artifactsFolder(file, options.artifacts, io);
  const place = { url, folder: io.cwd };
  const change = changeOf(options, io);
  const { summary, setAside: aside } = options.force
    ? await replaceRegistry(place, file, change, new Date(systemClock.wallMs()).toISOString())
    : { summary: await restoreRegistry(place, file, change), setAside: null };
  const { copies, audit, artifacts } = await withRegistry(io, async (registry) => {
    const store = await storeOf(surroundingsOf(io));
    return {
      copies: folder === null ? null : await copyArtifacts(registry, folderStore(folder), store),
      audit: await registry.verifyAudit(),
      artifacts: await verifyArtifacts(registry, store),
    };
  });
  const isWhole = audit.intact && artifacts.missing.length === 0 && artifacts.damaged.length === 0;
  if (!isWhole) io.exit(verdictExitCodes.fail);
  if (options.json) {
    return writeJson(io, { verdict: isWhole ? 'pass' : 'fail', ...summary, setAside: aside, copies, audit, artifacts });
  }
  const { bold, dim, green, red } = styleFor(io.stdout, io.env);
  const lines: [string, string][] = [
    ['rows', grouped(summary.rows)],
    ...(aside === null ? [] : [['set aside', aside] as [string, string]]),
    ...(copies === null ? [] : [['artifacts', copiesText(copies)] as [string, string]]),
    ['audit log', auditText(audit)],
    ['verified', storeText(artifacts)],
  ];
  const end = isWhole ? green('pass: all of it is there') : red('fail: see above');
  const hint = isWhole || folder !== null ? '' : `  ${dim('hint')}  ${artifactsHint(file, url)}\n`;
  io.stdout.write(`${bold(`Restored from ${file}`)}\n${labelledLines(lines)}\n${end}\n${hint}`);
}

/** Model files are not in the backup itself, and a second restore needs an empty registry again. */
function artifactsHint(file: string, url: string): string {
  const again = url.startsWith('sqlite:')
    ? `\`slipway restore ${basename(file)} --artifacts --force\``
    : '`slipway restore --artifacts` into an empty database';
  return `The model files of \`slipway backup --artifacts\` come with ${again}; else point SLIPWAY_ARTIFACTS to a store that has them.`;
}

function auditText(audit: AuditVerdict): string {
  return audit.intact ? `intact, ${entriesText(audit.head.sequence)}` : audit.message;
}

function storeText({ inUse, missing, damaged }: StoreVerdict): string {
  const wrong = missing.length + damaged.length;
  if (wrong === 0) return `${counted(inUse, 'model file')} ${inUse === 1 ? 'is as it' : 'are as they'} should be`;
  const first = missing[0] ?? damaged[0];
  return `of ${counted(inUse, 'model file')}, missing: ${missing.length}, damaged: ${damaged.length}, such as ${first}`;
}
