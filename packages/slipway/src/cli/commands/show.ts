import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '@slipway/core';
import type { Command } from 'commander';
import { findVersion, parseReference } from '../../registry/model-reference.ts';
import { storeOf } from '../../registry/place.ts';
import type { Registry } from '../../registry/ports.ts';
import type { Io } from '../io.ts';
import { withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { documentText } from './document-text.ts';
import { versionFacts, versionText } from './version-text.ts';

const examples = `
Shows a version in full: its eight facts, files and digests, proof and history. A run is found by the id in its record.

Examples:
  slipway show learner-risk@production
  slipway show learner-risk@1.0.0 --json
  slipway show scored.csv.run.json                        the record of a batch run, from its file
  slipway show 3f1c2a34-5b0e-4d5c-9a55-0c1d2e3f4a5b       the same from the registry
  slipway show launch.yaml                                the eight facts of a launch file`;

interface Options {
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<what>', 'NAME@VERSION, NAME@ALIAS, the id of a run, KIND/ID of another record, or a file')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((what: string, options: Options) => show(what, options, io));
}

async function show(what: string, options: Options, io: Io): Promise<void> {
  const path = resolve(io.cwd, what);
  const info = await stat(path).catch(() => null);
  if (info?.isFile()) return showFile(path, what, options, io);
  await withRegistry(io, (registry) => showStored(registry, what, options, io));
}

async function showFile(path: string, name: string, options: Options, io: Io): Promise<void> {
  if (/\.ya?ml$/i.test(path)) {
    const { readLaunch } = await import('../../open-model.ts');
    const { launchText } = await import('./version-text.ts');
    const { launch, digest } = await readLaunch(path, name);
    if (options.json) return writeJson(io, { launch, digest });
    io.stdout.write(launchText(launch, digest, styleFor(io.stdout, io.env)));
    return;
  }
  const text = await readFile(path, 'utf8');
  writeDocument(parsed(text, name), options, io);
}

async function showStored(registry: Registry, what: string, options: Options, io: Io): Promise<void> {
  const reference = parseReference(what);
  if (reference !== null) {
    const version = await findVersion(registry, reference);
    const facts = await versionFacts(registry, await storeOf(surroundingsOf(io)), version);
    if (options.json) writeJson(io, facts);
    else io.stdout.write(versionText(facts, styleFor(io.stdout, io.env)));
    return;
  }
  const [, kind = 'run', id = what] = /^([a-z][a-z0-9-]*)\/(.+)$/.exec(what) ?? [];
  const record = (await registry.record(kind, id)) ?? null;
  if (record !== null) return writeDocument(record.body, options, io);
  const approval = (await registry.approvals({ all: true })).find((each) => each.id === what);
  if (approval !== undefined) return writeDocument(approval, options, io);
  throw await notFound(registry, what);
}

async function notFound(registry: Registry, what: string) {
  const isModel = (await registry.models()).some(({ model }) => model === what);
  if (isModel) {
    return fail('USAGE', {
      message: `${what} is a model, with versions of its own.`,
      hint: `\`slipway versions ${what}\` lists them; \`slipway show ${what}@production\` shows the one in production.`,
    });
  }
  return fail('INPUT_NOT_FOUND', {
    message: `Nothing is called ${JSON.stringify(what)}: no file, and no run or approval in the registry.`,
    where: registry.where,
    hint: 'Give NAME@VERSION, NAME@ALIAS, the id of a run, KIND/ID, or the path of a file.',
  });
}

function writeDocument(document: unknown, options: Options, io: Io): void {
  if (options.json) writeJson(io, document);
  else io.stdout.write(documentText(document, io));
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw fail('INPUT_FORMAT', {
      message: 'The file is neither a launch file (.yaml) nor JSON.',
      where: name,
      hint: 'Give a launch.yaml, the record of a run (*.run.json), or NAME@VERSION.',
      cause,
    });
  }
}
