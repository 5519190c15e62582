import type { Command } from 'commander';
import { knownModel } from '../../registry/model-reference.ts';
import type { Alias, ModelSummary, Version } from '../../registry/types.ts';
import { counted, instantText } from '../../system/wording.ts';
import type { Io } from '../io.ts';
import { grouped } from '../lines.ts';
import { countOption } from '../option-values.ts';
import { actorText, withRegistry, writeJson } from '../registry-command.ts';
import { type Style, styleFor } from '../style.ts';
import { tableText } from '../table.ts';

const examples = `
The newest come first. Without a name: the models of the registry.

Examples:
  slipway versions
  slipway versions learner-risk
  slipway versions learner-risk --limit 1000 --json`;

interface Options {
  readonly limit: number;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('[name]', 'the model')
    .option('--limit <count>', 'how many versions at most', countOption, 50)
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((name: string | undefined, { limit, json }: Options) =>
      withRegistry(io, async (registry) => {
        const style = styleFor(io.stdout, io.env);
        if (name === undefined) {
          const models = await registry.models();
          return json ? writeJson(io, { models }) : io.stdout.write(modelsText(models, style));
        }
        const summary = await knownModel(registry, name);
        const all = await registry.versions(name);
        const shown = all.slice(-limit).reverse();
        if (json) return writeJson(io, { ...summary, versions: shown, total: all.length });
        io.stdout.write(versionsText(summary, shown, all.length, style));
      }),
    );
}

function modelsText(models: readonly ModelSummary[], style: Style): string {
  if (models.length === 0) return 'The registry holds no model yet: add one with `slipway push`.\n';
  const rows = models.map(({ model, versions, aliases, approve }) => [
    model,
    grouped(versions),
    aliases.map(({ alias, version }) => `${alias} ${version}`).join(', ') || '-',
    approve ? 'second person' : '-',
  ]);
  return tableText(['model', 'versions', 'aliases', 'approval'], rows, style);
}

function versionsText(
  { model, aliases, approve }: ModelSummary,
  versions: readonly Version[],
  total: number,
  style: Style,
): string {
  const rows = versions.map((version) => [
    version.version,
    aliasesOf(version, aliases) || '-',
    instantText(version.createdAt),
    actorText(version.by),
    // What compiles is proved at the push, and keeps its proof; ONNX Runtime serves the rest.
    version.proof === null ? 'onnxruntime' : 'compiled',
    version.proof === null ? '-' : 'pass',
    version.artifact.slice('sha256:'.length, 'sha256:'.length + 12),
  ]);
  const second = approve ? '; production moves only when a second person agrees' : '';
  const head = `${style.bold(model)}  ${counted(total, 'version')}${second}\n`;
  const rest = total - versions.length;
  const more = rest > 0 ? `  … and ${grouped(rest)} older; --limit ${total} shows all\n` : '';
  return `${head}${tableText(['version', 'aliases', 'pushed', 'by', 'engine', 'proof', 'artifact'], rows, style)}${more}`;
}

/** `production, staging`; and `previous` for what production was before. */
export function aliasesOf({ version }: Version, aliases: readonly Alias[]): string {
  const names = aliases.filter((alias) => alias.version === version).map(({ alias }) => alias);
  const isPrevious = aliases.some(({ alias, previous }) => alias === 'production' && previous === version);
  return [...names, ...(isPrevious ? ['previous'] : [])].join(', ');
}
