import type { InputContract, OutputContract, Value } from '../contract/index.ts';
import type { FallbackReason } from '../protocol/index.ts';
import type { monitoringMetrics } from './schema/monitoring.ts';

/**
 * A launch file after parsing: defaults applied, durations in milliseconds, sizes in bytes, percentages as fractions.
 * Frozen. The raw form, as users write it, is `LaunchFile` (generated from the schema).
 */
export interface Launch {
  readonly format: 1;
  readonly model: string;
  readonly version: string;
  /** Path of the artifact, relative to the launch file. */
  readonly artifact: string;
  /** `sha256:` and 64 hex digits, where the launch file pins it. */
  readonly digest: string | null;
  /** Path of the golden rows, relative to the launch file. */
  readonly golden: string | null;
  readonly owner: Owner | null;
  readonly pattern: Pattern | null;
  readonly why: string | null;
  readonly input: InputContract;
  readonly output: OutputContract;
  readonly fallback: Fallback | null;
  readonly slo: Slo | null;
  readonly monitoring: Monitoring | null;
  readonly evaluation: Evaluation | null;
  readonly rollback: Rollback | null;
  readonly rollout: Rollout | null;
  readonly batch: BatchBlock;
  readonly streaming: StreamingBlock;
  readonly embedded: EmbeddedBlock;
  readonly online: OnlineBlock;
}

export type Pattern = 'batch' | 'online' | 'streaming' | 'embedded';

export interface Owner {
  readonly team: string;
  readonly contact: string;
  readonly runbook: string | null;
}

export interface Fallback {
  /** What it answers for by itself. A model that a person switches off has its fallback answer whatever this says. */
  readonly when: readonly Exclude<FallbackReason, 'switched'>[];
  readonly use: FallbackAnswer;
}

/** A constant answer, the first rule whose condition holds, or another version of the model. */
export type FallbackAnswer =
  | { readonly kind: 'constant'; readonly outputs: Readonly<Record<string, Value>> }
  | {
      readonly kind: 'rules';
      readonly rules: readonly FallbackRule[];
      readonly otherwise: Readonly<Record<string, Value>>;
    }
  | { readonly kind: 'version'; readonly version: string };

export interface FallbackRule {
  readonly if: {
    readonly field: string;
    readonly is: 'below' | 'at_least' | 'equal';
    readonly value: number | string | boolean;
  };
  readonly use: Readonly<Record<string, Value>>;
}

export interface Slo {
  readonly latency: { readonly withinMs: number; readonly target: number } | null;
  readonly availability: { readonly target: number } | null;
  readonly freshness: { readonly withinMs: number; readonly target: number } | null;
  readonly windowMs: number;
  readonly load: { readonly requestsPerSecond: number; readonly records: number } | null;
}

export type MonitoringMetric = (typeof monitoringMetrics)[number];

export interface Monitoring {
  readonly metrics: readonly MonitoringMetric[];
  readonly reference: string | null;
  readonly redact: readonly string[];
}

export interface Evaluation {
  readonly data: string;
  readonly label: string;
  readonly slices: readonly string[];
}

export interface Rollback {
  /** A version, or `previous`. */
  readonly to: string;
  readonly when: readonly RollbackReason[];
  readonly procedure: string | null;
}

export type RollbackReason = 'slo_breach' | 'contract_violation';

export type RolloutStep =
  | { readonly kind: 'shadow'; readonly share: number; readonly forMs: number }
  | { readonly kind: 'canary'; readonly weights: readonly number[]; readonly eachMs: number }
  | { readonly kind: 'ab'; readonly share: number; readonly forMs: number; readonly metric: string };

export interface Rollout {
  readonly steps: readonly RolloutStep[];
  readonly approve: boolean;
}

export interface BatchBlock {
  readonly input: string | null;
  readonly output: string | null;
  readonly schedule: string | null;
  /** Fraction of rows that may be quarantined before the run fails. */
  readonly maxQuarantine: number;
}

export interface StreamingBlock {
  readonly from: string | null;
  readonly to: string | null;
  readonly deadLetter: string | null;
  readonly key: string | null;
}

export interface EmbeddedBlock {
  readonly sizeBytes: number | null;
  readonly coldStartMs: number | null;
  readonly channel: string;
}

export interface OnlineBlock {
  readonly deadlineMs: number;
  readonly bodyBytes: number;
  readonly records: number;
  readonly rate: { readonly count: number; readonly perMs: number } | null;
}
