import { asSlipwayError, type Fact, type Launch, launchFacts, type Proof, parseLaunch } from '@slipway/core';
import type { ArtifactStore, Registry } from '../../registry/ports.ts';
import type { Alias, Move, Version } from '../../registry/types.ts';
import { counted, instantText } from '../../system/wording.ts';
import { grouped, labelledLines } from '../lines.ts';
import { actorText } from '../registry-command.ts';
import type { Style } from '../style.ts';
import { aliasesOf } from './versions.ts';

/** All that the registry and its store know of a version. */
export interface VersionFacts {
  readonly version: Version;
  readonly aliases: readonly Alias[];
  /** The eight facts; null where the store cannot say. */
  readonly facts: readonly Fact[] | null;
  /** What the compiled engine was proved by, without its golden rows; null where ONNX Runtime serves. */
  readonly proof: Omit<Proof, 'golden'> | null;
  /** Why the store could not say all. */
  readonly trouble: string | null;
  /** Moves of aliases to this version or away from it. */
  readonly history: readonly Move[];
}

/** Gathers what is known. A store that is gone takes away what lies in it, and no more. */
export async function versionFacts(registry: Registry, store: ArtifactStore, version: Version): Promise<VersionFacts> {
  const { model, version: number } = version;
  const aliases = await registry.aliases(model);
  const moves = await registry.history(model);
  const history = moves.filter(({ from, to }) => from === number || to === number);
  const known = { version, aliases, history };
  try {
    const text = Buffer.from(await store.get(version.launch)).toString('utf8');
    const facts = launchFacts(parseLaunch(text, `${model}@${number}`));
    return { ...known, facts, proof: await storedProof(store, version), trouble: null };
  } catch (thrown) {
    const { code, message } = asSlipwayError(thrown);
    return { ...known, facts: null, proof: null, trouble: `${code}: ${message}` };
  }
}

async function storedProof(store: ArtifactStore, { proof }: Version): Promise<Omit<Proof, 'golden'> | null> {
  if (proof === null) return null;
  const stored = JSON.parse(Buffer.from(await store.get(proof)).toString('utf8')) as Proof;
  const { golden: _long, ...told } = stored;
  return told;
}

export function versionText(known: VersionFacts, style: Style): string {
  const { version, aliases, facts, trouble, history } = known;
  const names = aliasesOf(version, aliases);
  const head = `${style.bold(`${version.model}@${version.version}`)}${names === '' ? '' : `  ${style.green(names)}`}\n`;
  const pushed = `  pushed ${instantText(version.createdAt)} by ${actorText(version.by)}\n`;
  const said = facts === null ? `  ${style.red(trouble ?? '')}\n` : factLines(facts, style);
  return (
    `${head}${pushed}\n${style.bold('The eight facts')}\n${said}\n` +
    `${style.bold('Files')}\n${labelledLines(filesOf(version))}\n` +
    `${style.bold('Engine')}\n${labelledLines(engineOf(known))}\n` +
    `${style.bold('History')}\n${historyLines(history)}`
  );
}

/** The eight facts of a launch file that is not, or not yet, in a registry. */
export function launchText(launch: Launch, digest: string, style: Style): string {
  const head = `${style.bold(`${launch.model} ${launch.version}`)}  ${style.dim(digest)}\n`;
  return `${head}\n${style.bold('The eight facts')}\n${factLines(launchFacts(launch), style)}`;
}

function factLines(facts: readonly Fact[], style: Style): string {
  return labelledLines(
    facts.map(({ number, name, documented, text }): [string, string] => [
      `${number} ${name}`,
      documented ? text : style.yellow(text),
    ]),
  );
}

function filesOf({ artifact, launch, reference, golden, proof }: Version): [string, string][] {
  return Object.entries({ artifact, launch, reference, golden, proof }).map(([name, digest]) => [name, digest ?? '-']);
}

function engineOf({ version, proof, trouble }: VersionFacts): [string, string][] {
  if (version.proof === null) return [['serves', 'ONNX Runtime']];
  if (proof === null) return [['proof', `cannot be read: ${trouble}`]];
  const { scores, labels, oracle, rows } = proof;
  const equal = Math.floor(scores.bitEqualShare * 1000) / 10;
  const lines: [string, string][] = [
    ['serves', 'compiled to JavaScript'],
    ['proof', `${proof.verdict}: ${counted(rows, 'row')} against ${oracle.name} ${oracle.version}`],
  ];
  if (scores.compared > 0) {
    const difference = scores.differenceMax.toPrecision(2);
    lines.push(['', `scores: ${equal}% equal to the last bit, the largest difference ${difference}`]);
  }
  if (labels.compared > 0) lines.push(['', `labels: ${grouped(labels.differing)} different`]);
  return lines;
}

const movesShown = 20;

function historyLines(moves: readonly Move[]): string {
  if (moves.length === 0) return '  no alias has pointed to it\n';
  const rows = moves.slice(-movesShown).map((move): [string, string] => {
    const why = move.why === null ? '' : `: ${move.why}`;
    const change = `${move.alias}  ${move.from ?? 'nothing'} → ${move.to ?? 'nothing'}`;
    return [instantText(move.at), `${change}  ${move.kind} by ${actorText(move.by)}${why}`];
  });
  const rest = moves.length - rows.length;
  return `${rest > 0 ? `  … ${counted(rest, 'earlier move')}\n` : ''}${labelledLines(rows)}`;
}
