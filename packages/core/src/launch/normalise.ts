import { launchDefaults } from './defaults.ts';
import type { LaunchFile, RawStep } from './launch-file.generated.ts';
import { inputContract, outputContract } from './normalise-contract.ts';
import { fallback } from './normalise-fallback.ts';
import { bytes, countPerTime, milliseconds, share } from './quantities.ts';
import type { Evaluation, Launch, Monitoring, OnlineBlock, Owner, Rollback, RolloutStep, Slo } from './types.ts';

/** Applies defaults and turns short forms into numbers. Trusts that schema and cross-checks have passed. */
export function normalise(file: LaunchFile): Launch {
  return deepFreeze({
    format: file.slipway,
    model: file.model,
    version: file.version,
    artifact: file.artifact,
    digest: file.digest ?? null,
    golden: file.golden ?? null,
    owner: file.owner === undefined ? null : owner(file.owner),
    pattern: file.pattern ?? null,
    why: file.why ?? null,
    input: inputContract(file),
    output: outputContract(file),
    fallback: file.fallback === undefined ? null : fallback(file.fallback),
    slo: file.slo === undefined ? null : slo(file.slo),
    monitoring: file.monitoring === undefined ? null : monitoring(file.monitoring),
    evaluation: file.evaluation === undefined ? null : evaluation(file.evaluation),
    rollback: file.rollback === undefined ? null : rollback(file.rollback),
    rollout:
      file.rollout === undefined
        ? null
        : { steps: file.rollout.steps.map(step), approve: file.rollout.approve ?? launchDefaults.rolloutApprove },
    batch: {
      input: file.batch?.input ?? null,
      output: file.batch?.output ?? null,
      schedule: file.batch?.schedule ?? null,
      maxQuarantine: share(file.batch?.max_quarantine ?? launchDefaults.batchMaxQuarantine),
    },
    streaming: {
      from: file.streaming?.from ?? null,
      to: file.streaming?.to ?? null,
      deadLetter: file.streaming?.dead_letter ?? null,
      key: file.streaming?.key ?? null,
    },
    embedded: {
      sizeBytes: file.embedded?.size === undefined ? null : bytes(file.embedded.size),
      coldStartMs: file.embedded?.cold_start === undefined ? null : milliseconds(file.embedded.cold_start),
      channel: file.embedded?.channel ?? launchDefaults.embeddedChannel,
    },
    online: online(file.online ?? {}),
  });
}

function owner(raw: Present<'owner'>): Owner {
  return { team: raw.team, contact: raw.contact, runbook: raw.runbook ?? null };
}

function slo(raw: Present<'slo'>): Slo {
  const within = (objective: { within: string; target: number | string } | undefined) =>
    objective === undefined ? null : { withinMs: milliseconds(objective.within), target: share(objective.target) };
  return {
    latency: within(raw.latency),
    availability: raw.availability === undefined ? null : { target: share(raw.availability.target) },
    freshness: within(raw.freshness),
    windowMs: milliseconds(raw.window ?? launchDefaults.sloWindow),
    load:
      raw.load === undefined
        ? null
        : { requestsPerSecond: raw.load.requests_per_second, records: raw.load.records ?? launchDefaults.loadRecords },
  };
}

function monitoring(raw: Present<'monitoring'>): Monitoring {
  return { metrics: raw.metrics, reference: raw.reference ?? null, redact: raw.redact ?? [] };
}

function evaluation(raw: Present<'evaluation'>): Evaluation {
  return { data: raw.data, label: raw.label, slices: raw.slices ?? [] };
}

function rollback(raw: Present<'rollback'>): Rollback {
  return {
    to: raw.to ?? launchDefaults.rollbackTo,
    when: raw.when ?? launchDefaults.rollbackWhen,
    procedure: raw.procedure ?? null,
  };
}

function step(raw: RawStep): RolloutStep {
  switch (raw.kind) {
    case 'shadow':
      return { kind: 'shadow', share: share(raw.share), forMs: milliseconds(raw.for) };
    case 'canary':
      return { kind: 'canary', weights: raw.weights.map(share), eachMs: milliseconds(raw.each) };
    case 'ab':
      return { kind: 'ab', share: share(raw.share), forMs: milliseconds(raw.for), metric: raw.metric };
  }
}

function online(raw: Present<'online'>): OnlineBlock {
  return {
    deadlineMs: milliseconds(raw.deadline ?? launchDefaults.onlineDeadline),
    bodyBytes: bytes(raw.body ?? launchDefaults.onlineBody),
    records: raw.records ?? launchDefaults.onlineRecords,
    rate: raw.rate === undefined ? null : countPerTime(raw.rate),
  };
}

type Present<Block extends keyof LaunchFile> = NonNullable<LaunchFile[Block]>;

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
