import { resolve } from 'node:path';
import type { Command } from 'commander';
import { folderStore } from '../../registry/artifacts/folder-store.ts';
import { type CopySummary, copyArtifacts } from '../../registry/backup/artifact-copies.ts';
import { backUpRegistry } from '../../registry/backup/registry-backup.ts';
import { registryPlace, storeOf } from '../../registry/place.ts';
import type { Io } from '../io.ts';
import { bytesText, grouped, labelledLines } from '../lines.ts';
import { withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';

const examples = `
Saves the registry as it is at one moment; everybody goes on working. The file is whole or not there, and is never put
over another. With --artifacts the model files go into the folder FILE.artifacts; what is there already is not copied
again, so one folder serves many backups when it is given by name.

Examples:
  slipway backup monday.backup
  slipway backup monday.backup --artifacts
  slipway backup monday.backup --artifacts /backups/artifacts`;

export function configure(command: Command, io: Io): void {
  command
    .argument('<file>', 'where the backup goes')
    .option('--artifacts [folder]', 'save the model files too; default: the folder FILE.artifacts')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((file: string, options: { readonly artifacts?: string | true; readonly json?: boolean }) =>
      backUp(resolve(io.cwd, file), options, io),
    );
}

async function backUp(
  file: string,
  { artifacts, json }: { readonly artifacts?: string | true; readonly json?: boolean },
  io: Io,
): Promise<void> {
  const url = registryPlace(surroundingsOf(io)).registry;
  const folder = artifactsFolder(file, artifacts, io);
  // The model files first would miss those of a version that is pushed in between.
  const summary = await backUpRegistry({ url, folder: io.cwd }, file);
  const copies = folder === null ? null : await saveArtifacts(folder, io);
  if (json) return writeJson(io, { file, ...summary, artifacts: folder === null ? null : { folder, ...copies } });
  const { bold } = styleFor(io.stdout, io.env);
  const { sequence, hash } = summary.auditHead;
  const lines: [string, string][] = [
    ['rows', grouped(summary.rows)],
    ['audit head', `${sequence} ${hash}`],
    ...(copies === null ? [] : [['artifacts', `${copiesText(copies)} in ${folder}`] as [string, string]]),
  ];
  io.stdout.write(`${bold(`Saved to ${file}`)}\n${labelledLines(lines)}`);
}

/** Null: they are left where they are. */
export function artifactsFolder(file: string, given: string | true | undefined, io: Io): string | null {
  if (given === undefined) return null;
  return given === true ? `${file}.artifacts` : resolve(io.cwd, given);
}

function saveArtifacts(folder: string, io: Io): Promise<CopySummary> {
  return withRegistry(io, async (registry) =>
    copyArtifacts(registry, await storeOf(surroundingsOf(io)), folderStore(folder)),
  );
}

export function copiesText({ inUse, copied, bytes }: CopySummary): string {
  return `${grouped(inUse)}, of which ${grouped(copied)} were new (${bytesText(bytes)})`;
}
