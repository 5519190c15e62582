import { resolve } from 'node:path';
import type { Command } from 'commander';
import { folderStore } from '../../registry/artifacts/folder-store.ts';
import { type CopySummary, copyArtifacts } from '../../registry/backup/artifact-copies.ts';
import { backUpRegistry } from '../../registry/backup/registry-backup.ts';
import { registryPlace, storeOf } from '../../registry/place.ts';
import { counted } from '../../system/wording.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { bytesText, grouped, labelledLines } from '../lines.ts';
import { headText, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';

const examples = `
Saves the registry as it is at one moment; everybody goes on working. The file is whole or not there, and is never put
over another. The audit log is verified, and the database against it; where either is not intact nothing is backed up, and
the exit code is 10: with --anyway it is saved as evidence, in a file that no restore takes. With --artifacts the model
files go into the folder FILE.artifacts; what is there already is not copied again, so one folder serves many backups when
it is given by name. The audit head that is printed is one that \`slipway audit verify --head\` takes.

Examples:
  slipway backup monday.backup
  slipway backup monday.backup --artifacts
  slipway backup monday.backup --artifacts /backups/artifacts
  slipway backup evidence.backup --anyway      an audit log with a fault, as it is`;

interface Options {
  readonly artifacts?: string | true;
  readonly anyway?: boolean;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<file>', 'where the backup goes')
    .option('--artifacts [folder]', 'save the model files too; default: the folder FILE.artifacts')
    .option('--anyway', 'save an audit log that is not intact too, as evidence')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((file: string, options: Options) => backUp(resolve(io.cwd, file), options, io));
}

async function backUp(file: string, { artifacts, anyway = false, json }: Options, io: Io): Promise<void> {
  const url = registryPlace(surroundingsOf(io)).registry;
  const folder = artifactsFolder(file, artifacts, io);
  // The model files first would miss those of a version that is pushed in between.
  const result = await backUpRegistry({ url, folder: io.cwd }, file, { anyway });
  if (!result.audit.intact) io.exit(verdictExitCodes.fail);
  if (!result.saved) {
    if (json) writeJson(io, { file: null, ...result });
    else io.stdout.write(refusalText(result.audit.message, io));
    return;
  }
  const copies = folder === null ? null : await saveArtifacts(folder, io);
  if (json) return writeJson(io, { file, ...result, artifacts: folder === null ? null : { folder, ...copies } });
  const { bold, red } = styleFor(io.stdout, io.env);
  const lines: [string, string][] = [
    ['rows', grouped(result.rows)],
    ['audit head', headText(result.auditHead)],
    ...(copies === null ? [] : [['artifacts', `${copiesText(copies)} in ${folder}`] as [string, string]]),
  ];
  const fault = result.audit.intact
    ? ''
    : `\n${red('fail: the database is not as the audit log has it')}: ${result.audit.message}\n`;
  io.stdout.write(`${bold(`Saved to ${file}`)}\n${labelledLines(lines)}${fault}`);
}

function refusalText(fault: string, io: Io): string {
  const { red, dim } = styleFor(io.stdout, io.env);
  return (
    `${red('fail: nothing is saved, since the database is not as the audit log has it')}: ${fault}\n` +
    `  ${dim('hint')}   Keep the database as it is, and find out who wrote to it; --anyway saves it with the fault, as evidence.\n`
  );
}

/** Null: they are left where they are. */
export function artifactsFolder(file: string, given: string | true | undefined, io: Io): string | null {
  if (given === undefined) return null;
  return given === true ? `${file}.artifacts` : resolve(io.cwd, given);
}

function saveArtifacts(folder: string, io: Io): Promise<CopySummary> {
  return withRegistry(io, async (registry) => {
    const copy = folderStore(folder);
    const summary = await copyArtifacts(registry, await storeOf(surroundingsOf(io)), copy);
    await copy.removeDraftsFolder();
    return summary;
  });
}

export function copiesText({ inUse, copied, bytes }: CopySummary): string {
  const files = counted(inUse, 'model file');
  if (copied === 0) return `${files}, all there already`;
  return `${files}, of which ${grouped(copied)} new (${bytesText(bytes)})`;
}
