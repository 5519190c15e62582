import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '@slipway/core';
import type { Command } from 'commander';
import { findVersion, parseReference } from '../../registry/model-reference.ts';
import { storeOf } from '../../registry/place.ts';
import type { Registry } from '../../registry/ports.ts';
import type { AuditEntry } from '../../registry/types.ts';
import type { Io } from '../io.ts';
import { withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { documentText } from './document-text.ts';
import { entryText } from './entry-text.ts';
import { approvalText, recordText } from './record-text.ts';
import { versionFacts, versionText } from './version-text.ts';

const examples = `
Shows a version in full: its eight facts, files and digests, proof and history. A run is found by the id in its record.

Examples:
  slipway show learner-risk@production
  slipway show learner-risk@1.0.0 --json
  slipway show scored.csv.run.json                        the record of a batch run, from its file
  slipway show 3f1c2a34-5b0e-4d5c-9a55-0c1d2e3f4a5b       the same from the registry
  slipway show a17                                        a request for approval
  slipway show audit/12                                   an entry of the audit log, with its evidence
  slipway show launch.yaml                                the eight facts of a launch file`;

interface Options {
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument(
      '<what>',
      'NAME@VERSION, NAME@ALIAS, the id of a run or a request, audit/NUMBER, KIND/ID of another record, or a file',
    )
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
  const document = parsed(text, name);
  write(document, () => documentText(document, io), options, io);
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
  const style = styleFor(io.stdout, io.env);
  const record = await registry.record(kind, id);
  if (record !== null) return write(record.body, () => recordText(record, io), options, io);
  const entry = kind === 'audit' ? await entryOf(registry, id) : undefined;
  if (entry !== undefined) return write(entry, () => entryText(entry, style), options, io);
  const wanted = kind === 'approval' ? id : what;
  const approval = (await registry.approvals({ all: true })).find((each) => each.id === wanted);
  if (approval !== undefined) return write(approval, () => approvalText(approval, style), options, io);
  throw await notFound(registry, what);
}

async function entryOf(registry: Registry, number: string): Promise<AuditEntry | undefined> {
  if (!/^[1-9]\d{0,14}$/.test(number)) return undefined;
  const [entry] = await registry.audit({ after: Number(number) - 1, limit: 1 });
  return entry?.sequence === Number(number) ? entry : undefined;
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
    message: `Nothing is called ${JSON.stringify(what)}: no file, and no run, request or entry in the registry.`,
    where: registry.where,
    hint: 'Give NAME@VERSION, NAME@ALIAS, the id of a run or a request, audit/NUMBER, KIND/ID, or the path of a file.',
  });
}

function write(document: unknown, text: () => string, options: Options, io: Io): void {
  if (options.json) writeJson(io, document);
  else io.stdout.write(text());
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
