/** `sha256:` and 64 hex digits: the name of bytes in the artifact store. */
export type Digest = string;

/** UTC, ISO 8601 with milliseconds. For people: order is given by numbers, since clocks jump. */
export type Instant = string;

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Who makes a change. Two actors are the same where kind and id are. */
export interface Actor {
  readonly kind: 'person' | 'key' | 'system';
  /** A user name, the id of an API key, or the part of Slipway that acts by itself. */
  readonly id: string;
}

/** What every change says of itself; it goes into the audit log as it stands. */
export interface Change {
  readonly by: Actor;
  readonly why?: string | undefined;
  /** On what evidence: a report, a verdict, a run. */
  readonly evidence?: Json | undefined;
}

/** The files of a version, each by its digest in the artifact store. */
export interface VersionFiles {
  readonly artifact: Digest;
  readonly launch: Digest;
  readonly reference: Digest | null;
  readonly golden: Digest | null;
  readonly proof: Digest | null;
}

/** A version never changes: other files are another version. */
export interface Version extends VersionFiles {
  readonly model: string;
  readonly version: string;
  readonly createdAt: Instant;
  readonly by: Actor;
  /** Counts the versions of a model in the order of their pushes, from 1. */
  readonly ordinal: number;
}

export interface ModelSummary {
  readonly model: string;
  readonly versions: number;
  readonly aliases: readonly Alias[];
  /** `production` moves only when a second person agrees. */
  readonly approve: boolean;
}

/** A name that points to a version: `production`, `staging`, or one of your own. */
export interface Alias {
  readonly model: string;
  readonly alias: string;
  readonly version: string;
  /** Where a rollback would lead; of `production` this is the alias `previous`. Null: no version before is left. */
  readonly previous: string | null;
  /** Counts the moves of this alias from 1, without gaps, also across its removal. 0: it never was. */
  readonly revision: number;
  readonly movedAt: Instant;
  readonly by: Actor;
}

/** One move of an alias. */
export interface Move {
  readonly model: string;
  readonly alias: string;
  readonly revision: number;
  readonly kind: 'promote' | 'rollback' | 'remove';
  /** Null: the alias was not there. */
  readonly from: string | null;
  /** Null: the alias was removed. */
  readonly to: string | null;
  readonly at: Instant;
  readonly by: Actor;
  readonly why: string | null;
  readonly evidence: Json;
  /** The approval that this move needed, if it did. */
  readonly approval: string | null;
  /** Its entry in the audit log. */
  readonly auditSequence: number;
}

export interface PromoteRequest extends Change {
  /** `production`, where none is given. */
  readonly alias?: string | undefined;
  /** The revision of the alias that the caller saw, 0 for none: another one is REGISTRY_CONFLICT. Left out, any is fine. */
  readonly expected?: number | undefined;
  /** A second person must agree, whatever the model's setting says: `rollout.approve` of the version's launch file. */
  readonly approve?: boolean | undefined;
}

export interface RollbackRequest extends Change {
  readonly alias?: string | undefined;
  /** As in `PromoteRequest`. Without it, two rollbacks at once go back by two versions. */
  readonly expected?: number | undefined;
}

export type Promotion =
  | { readonly kind: 'moved'; readonly move: Move }
  /** The alias points there already: nothing was written. */
  | { readonly kind: 'unchanged'; readonly alias: Alias }
  /** A second person must call `approve` with the id of this approval. */
  | ({ readonly kind: 'pending' } & Requested);

export interface Requested {
  readonly approval: Approval;
  /** The same was asked for before, and waits still: nothing was written. */
  readonly isAskedAlready: boolean;
}

/** What an approval lets happen. */
export type ApprovalAction =
  | { readonly kind: 'promote'; readonly version: string; readonly alias: string }
  /** Turning the need of approval off needs one, too. */
  | { readonly kind: 'settings'; readonly approve: boolean };

export interface Approval {
  readonly id: string;
  readonly model: string;
  readonly action: ApprovalAction;
  /** The revision of the alias when it was asked for; once the alias has moved on, this approval is of no use. */
  readonly revision: number;
  /** `open` and past `expiresAt` is answered as `expired`; `overtaken`: the alias moved before anybody decided. */
  readonly state: 'open' | 'approved' | 'rejected' | 'overtaken' | 'expired';
  readonly requestedAt: Instant;
  readonly requestedBy: Actor;
  readonly why: string | null;
  readonly evidence: Json;
  readonly expiresAt: Instant;
  readonly decidedAt: Instant | null;
  /** Of an overtaken one, whoever moved the alias. */
  readonly decidedBy: Actor | null;
}

/** A document about a run, a launch, or whatever a later part of Slipway keeps. */
export interface RegistryRecord {
  readonly kind: string;
  readonly id: string;
  /** The version that it is about; while the record is there, that version is not deleted. */
  readonly model: string | null;
  readonly version: string | null;
  readonly body: Json;
  /** Counts its changes from 1. */
  readonly revision: number;
  /** Counts the records of a registry in the order of their first writing. */
  readonly ordinal: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly by: Actor;
}

export interface RecordRequest extends Change {
  readonly model?: string | undefined;
  readonly version?: string | undefined;
  /** The revision that the caller saw, 0 for none: another one is REGISTRY_CONFLICT. Left out, any is fine. */
  readonly expected?: number | undefined;
}

/** Newest first. */
export interface RecordFilter {
  readonly model?: string | undefined;
  readonly version?: string | undefined;
  /** Only records older than the one with this ordinal: the last of the page before. */
  readonly before?: number | undefined;
  /** 100, where none is given. */
  readonly limit?: number | undefined;
}

/** One entry of the audit log. `hash` is of everything else in it, and so of every entry before. */
export interface AuditEntry {
  /** 1, 2, 3 and so on, without gaps. */
  readonly sequence: number;
  readonly at: Instant;
  readonly by: Actor;
  readonly action: AuditAction;
  /** The model that it concerns, if one. */
  readonly model: string | null;
  /** What it was done to: `learner-risk`, `learner-risk@production`, `run/018f...`. */
  readonly subject: string;
  readonly why: string | null;
  readonly evidence: Json;
  /** What changed, as the action needs it. */
  readonly details: Json;
  /** Of the entry before; 64 zeros before the first. */
  readonly previousHash: string;
  /** SHA-256 in hex. */
  readonly hash: string;
}

export type AuditAction =
  | 'version.push'
  | 'version.delete'
  | 'alias.promote'
  | 'alias.rollback'
  | 'alias.remove'
  | 'approval.request'
  | 'approval.approve'
  | 'approval.reject'
  | 'approval.overtake'
  | 'model.settings'
  | 'record.put'
  | 'record.delete'
  | 'key.create'
  | 'key.revoke'
  | 'artifacts.collect'
  | 'registry.restore';

/** The end of the log. Kept where the database's owner cannot write, it lets `verifyAudit` find a log that was cut. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

export interface AuditFilter {
  /** Only entries after this sequence. */
  readonly after?: number | undefined;
  readonly model?: string | undefined;
  /** 1,000, where none is given. */
  readonly limit?: number | undefined;
}

/** Of the log itself, and of what stands in the tables against what it says must stand there. */
export type AuditVerdict =
  | {
      readonly intact: true;
      readonly head: AuditHead;
      /** What no entry holds, in words, since a release before this one wrote it; left out where all was compared. */
      readonly uncompared?: readonly string[];
    }
  | {
      readonly intact: false;
      readonly fault: 'edited' | 'removed' | 'reordered' | 'inserted' | 'cut';
      /** The first entry that is wrong, or is missing. */
      readonly sequence: number;
      readonly message: string;
    }
  | {
      readonly intact: false;
      /** The log is as it was written; a table is not what it says. */
      readonly fault: 'state';
      /** The entry that says how the first of the differences must be; where there is none, the last of the log. */
      readonly sequence: number;
      readonly message: string;
      /** A sentence each: `production of learner-risk is 1.1.0; the log says 1.0.0 since entry 12`. */
      readonly differences: readonly string[];
    };

/** An API key as it is stored: never the secret itself. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  /** What the secret is recognised by; how it is made is up to the keys. */
  readonly secretDigest: string;
  /** The end of the key, by which people recognise it; null where it says too much of the secret. */
  readonly lastFour: string | null;
  readonly scopes: readonly string[];
  /** Requests a second, or null for no limit of its own. */
  readonly ratePerSecond: number | null;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly by: Actor;
}

export type NewKey = Omit<KeyRecord, 'createdAt' | 'revokedAt' | 'by' | 'lastFour'> & {
  readonly lastFour?: string | null;
};
