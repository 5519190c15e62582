import type { OutputField } from '../contract/index.ts';
import { demandOf } from '../contract/index.ts';
import { unreachable } from '../errors/index.ts';
import { isPlaceholderOwner } from './placeholder-owner.ts';
import type { Fallback, Launch } from './types.ts';

/** One of the eight facts that a launch must document. */
export interface Fact {
  /** 1 to 8, as the comments of a launch file number them. */
  readonly number: number;
  readonly name: string;
  readonly documented: boolean;
  /** One line: what the launch file says, or what it must still say. */
  readonly text: string;
}

/** The eight facts in order. A parsed launch always has 1, 3 and 4; the others may still be missing. */
export function launchFacts(launch: Launch): readonly Fact[] {
  const found: readonly (readonly [name: string, says: string | null, missing: string])[] = [
    ['model version', versionText(launch), ''],
    ['deployment pattern', patternText(launch), patternMissing(launch)],
    ['input contract', inputText(launch), ''],
    ['output contract', launch.output.fields.map(outputText).join('; '), ''],
    ['fallback behaviour', fallbackText(launch), 'Say in fallback what users get when the model cannot answer.'],
    [
      'monitoring metrics',
      monitoringText(launch),
      'Name in monitoring.metrics what is watched once the model is live.',
    ],
    ['rollback procedure', rollbackText(launch), 'Say in rollback.procedure what a person does to get back.'],
    ['owner', ownerText(launch), ownerMissing(launch)],
  ];
  return found.map(([name, says, missing], index) => ({
    number: index + 1,
    name,
    documented: says !== null,
    text: says ?? missing,
  }));
}

function versionText(launch: Launch): string {
  const digest = launch.digest === null ? '' : `, ${launch.digest.slice(0, 'sha256:'.length + 12)}…`;
  return `${launch.model} ${launch.version} (${launch.artifact}${digest})`;
}

function patternText(launch: Launch): string | null {
  return launch.pattern === null || launch.why === null ? null : `${launch.pattern}: ${oneLine(launch.why)}`;
}

function patternMissing(launch: Launch): string {
  if (launch.pattern === null)
    return 'Name the pattern (batch, online, streaming or embedded) and say in why it satisfies the need.';
  return `The pattern is ${launch.pattern}; say in why it satisfies the need.`;
}

function inputText(launch: Launch): string {
  const { features } = launch.input;
  return listed(features.map((feature) => `${feature.name}: ${demandOf(feature)}`));
}

function outputText(field: OutputField): string {
  const orNull = field.nullable ? ' or null' : '';
  switch (field.kind) {
    case 'decision':
      return `${field.name}: ${field.on} >= ${field.at}${orNull}`;
    case 'vector':
      return `${field.name}: array of shape [${field.shape.join(', ')}] from ${field.from}${orNull}`;
    case 'score': {
      const range =
        field.minimum === null && field.maximum === null ? '' : ` ${field.minimum ?? '-∞'} to ${field.maximum ?? '∞'}`;
      const column = field.class === null ? '' : `, class ${field.class}`;
      return `${field.name}: ${field.type}${range}${orNull} from ${field.from}${column}`;
    }
    default:
      return unreachable(field);
  }
}

/** Batch needs no fallback of its own: what it cannot score it quarantines, and says so. */
function fallbackText(launch: Launch): string | null {
  if (launch.fallback !== null) return `${answerText(launch.fallback)} on ${launch.fallback.when.join(', ')}`;
  if (launch.pattern !== 'batch') return null;
  return `batch quarantines what it cannot score, at most ${Number((launch.batch.maxQuarantine * 100).toPrecision(12))} % of the rows`;
}

function answerText(fallback: Fallback): string {
  const { use } = fallback;
  switch (use.kind) {
    case 'constant':
      return Object.entries(use.outputs)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(', ');
    case 'rules':
      return `${use.rules.length} ${use.rules.length === 1 ? 'rule' : 'rules'} on ${[...new Set(use.rules.map((rule) => rule.if.field))].join(', ')}`;
    case 'version':
      return `version ${use.version}`;
    default:
      return unreachable(use);
  }
}

function monitoringText(launch: Launch): string | null {
  return launch.monitoring === null ? null : launch.monitoring.metrics.join(', ');
}

function rollbackText(launch: Launch): string | null {
  const { rollback } = launch;
  if (rollback === null || rollback.procedure === null) return null;
  return `to ${rollback.to} on ${rollback.when.join(', ')}: ${oneLine(rollback.procedure)}`;
}

function ownerText(launch: Launch): string | null {
  const { owner } = launch;
  return owner === null || isPlaceholderOwner(owner) ? null : `${owner.team}, ${owner.contact}`;
}

function ownerMissing({ owner }: Launch): string {
  const todo = 'Name in owner the team and how to reach it';
  return owner === null ? `${todo}.` : `${todo}: ${owner.team}, ${owner.contact} is the placeholder of the draft.`;
}

/** The first few of many, so that a wide model stays one line. */
function listed(texts: readonly string[]): string {
  const rest = texts.length - 5;
  return rest > 0 ? `${texts.slice(0, 5).join('; ')}; and ${rest} more` : texts.join('; ');
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
