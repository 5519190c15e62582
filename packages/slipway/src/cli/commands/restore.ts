import { resolve } from 'node:path';
import type { Command } from 'commander';
import { folderStore } from '../../registry/artifacts/folder-store.ts';
import { copyArtifacts, type StoreVerdict, verifyArtifacts } from '../../registry/backup/artifact-copies.ts';
import { restoreRegistry } from '../../registry/backup/registry-backup.ts';
import { replaceRegistry } from '../../registry/backup/replace-registry.ts';
import { registryPlace, storeOf } from '../../registry/place.ts';
import type { AuditVerdict } from '../../registry/types.ts';
import { systemClock } from '../../system/clock.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { grouped, labelledLines } from '../lines.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { artifactsFolder, copiesText } from './backup.ts';

const examples = `
Restores into a registry that holds nothing, of either database: this is also the way from SQLite to PostgreSQL and back.
All of it is restored or nothing; then the audit log is verified, and every model file that a version names. Exit code 10
when one of these lacks or is damaged.

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
  const isWhole = audit.intact && artifacts.lacking.length === 0 && artifacts.damaged.length === 0;
  if (!isWhole) io.exit(verdictExitCodes.fail);
  if (options.json) {
    return writeJson(io, { verdict: isWhole ? 'pass' : 'fail', ...summary, setAside: aside, copies, audit, artifacts });
  }
  const { bold, green, red } = styleFor(io.stdout, io.env);
  const lines: [string, string][] = [
    ['rows', grouped(summary.rows)],
    ...(aside === null ? [] : [['set aside', aside] as [string, string]]),
    ...(copies === null ? [] : [['artifacts', copiesText(copies)] as [string, string]]),
    ['audit log', auditText(audit)],
    ['verified', storeText(artifacts)],
  ];
  const end = isWhole ? green('pass: all of it is there') : red('fail: see above');
  io.stdout.write(`${bold(`Restored from ${file}`)}\n${labelledLines(lines)}\n${end}\n`);
}

function auditText(audit: AuditVerdict): string {
  return audit.intact ? `intact, ${grouped(audit.head.sequence)} entries` : audit.message;
}

function storeText({ inUse, lacking, damaged }: StoreVerdict): string {
  if (lacking.length + damaged.length === 0) return `${grouped(inUse)} model files are what they should be`;
  const first = lacking[0] ?? damaged[0];
  return `of ${grouped(inUse)} model files ${lacking.length} lack and ${damaged.length} are damaged, such as ${first}`;
}
