import type {
  Alias,
  Approval,
  AuditEntry,
  AuditFilter,
  AuditHead,
  AuditVerdict,
  Change,
  Digest,
  Json,
  KeyRecord,
  ModelSummary,
  Move,
  NewKey,
  PromoteRequest,
  Promotion,
  RecordFilter,
  RecordRequest,
  RegistryRecord,
  Requested,
  RollbackRequest,
  Version,
  VersionFiles,
} from './types.ts';

/**
 * What is known of models: versions, aliases, history, approvals, records, keys, and the audit log of it all. Every
 * change and its audit entry are one transaction: after a call has answered, both are on disk; after one has failed,
 * neither is there. The exception is an answer that is lost on the way: REGISTRY_UNAVAILABLE says so, and a repeated
 * call is harmless (`push`, `putRecord`) or is told by `expected`.
 * Every call may raise REGISTRY_UNAVAILABLE: the database does not answer, is full, or stays locked.
 */
export interface Registry extends Versions, Collections, Aliases, Approvals, Records, Audit, Keys {
  /** Where it is, without a password: for messages and `slipway config`. */
  readonly where: string;
  close(): Promise<void>;
}

export interface Versions {
  models(): Promise<readonly ModelSummary[]>;
  /**
   * Adds a version; the model is made with its first one. The same files again answer the version that is there; other
   * files are VERSION_EXISTS, with what differs, also under the number of a deleted version. The proof is not compared:
   * another engine version words it differently. A deleted version comes back with the proof of this push, and so does
   * one whose own proof `confirm` no longer finds; the log says which proof was replaced. The files must be in the
   * artifact store before. Raises ARTIFACT_NOT_FOUND with `details.collection` where a collection that has begun is to
   * remove one of them: they must be put again once it has ended.
   */
  push(model: string, version: string, files: VersionFiles, change: Change, confirm?: Confirm): Promise<Version>;
  /** Raises VERSION_NOT_FOUND. */
  version(model: string, version: string): Promise<Version>;
  /** In the order of their pushes; empty for an unknown model. */
  versions(model: string): Promise<readonly Version[]>;
  /** Raises VERSION_IN_USE with everything that points to it: aliases (and `previous`), records, open approvals. */
  deleteVersion(model: string, version: string, change: Change): Promise<void>;
  /** Every digest that a version names. */
  digestsInUse(): Promise<ReadonlySet<Digest>>;
}

/** Looks whether files are there, and stops the push with what it raises: ARTIFACT_NOT_FOUND, ARTIFACT_DIGEST_MISMATCH. */
export type Confirm = (files: VersionFiles) => Promise<void>;

/** The removal of files that no version names. The files go outside of any transaction: the log says before which. */
export interface Collections {
  /**
   * Writes down which of the digests are to go: those that no version names. From then on no push names one of these,
   * until the collection has ended. Null where nothing is to go.
   */
  beginCollection(
    digests: readonly Digest[],
    change: Change,
  ): Promise<{ readonly sequence: number; readonly digests: readonly Digest[] } | null>;
  /** Of the collection that began with this entry of the log: whether it has not ended. */
  isCollecting(sequence: number): Promise<boolean>;
  /** Writes down what is gone. Nothing to say of one that has ended and removed nothing changes nothing. */
  endCollection(sequence: number, removed: readonly Digest[], change: Change): Promise<void>;
}

export interface Aliases {
  aliases(model: string): Promise<readonly Alias[]>;
  /** `previous` is answered as well: where a rollback of production would lead. Raises ALIAS_NOT_FOUND. */
  alias(model: string, alias: string): Promise<Alias>;
  /** Points an alias to a version. Raises VERSION_NOT_FOUND, REGISTRY_CONFLICT. */
  promote(model: string, version: string, request: PromoteRequest): Promise<Promotion>;
  /**
   * Points an alias to what it pointed to before; once more, to what it pointed to before that. Never to a version that
   * it was rolled back from: forward goes `promote` alone. Never waits for an approval, since it goes to what was let in
   * before, and a rollback is for emergencies. Raises ALIAS_NOT_FOUND (also where no version before is left),
   * REGISTRY_CONFLICT.
   */
  rollback(model: string, request: RollbackRequest): Promise<Move>;
  /** Raises ALIAS_NOT_FOUND; APPROVAL_NEEDED for `production` where the model or the launch file asked for approval. */
  removeAlias(model: string, alias: string, change: Change): Promise<Move>;
  /** Every move, in order; of one alias where it is given. */
  history(model: string, alias?: string): Promise<readonly Move[]>;
}

export interface Approvals {
  /** Whether `production` of the model needs a second person. Turning it off is itself a request: the answer is that request. */
  setApprove(model: string, approve: boolean, change: Change): Promise<Requested | null>;
  /** Open ones, or all; newest first. */
  approvals(filter?: {
    readonly model?: string | undefined;
    readonly all?: boolean | undefined;
  }): Promise<readonly Approval[]>;
  /**
   * Carries out what was asked for. Raises APPROVAL_NOT_FOUND; APPROVAL_SELF for the one who asked; APPROVAL_CLOSED
   * when it was decided, was overtaken by another move of the alias, or has expired.
   */
  approve(id: string, change: Change): Promise<Approval>;
  /** Anybody may reject, also the one who asked. */
  reject(id: string, change: Change): Promise<Approval>;
}

export interface Records {
  /** Writes the whole record. The same body again changes nothing. Raises REGISTRY_CONFLICT, VERSION_NOT_FOUND. */
  putRecord(kind: string, id: string, body: Json, request: RecordRequest): Promise<RegistryRecord>;
  record(kind: string, id: string): Promise<RegistryRecord | null>;
  records(kind: string, filter?: RecordFilter): Promise<readonly RegistryRecord[]>;
  /** Answers whether it was there. */
  deleteRecord(kind: string, id: string, change: Change): Promise<boolean>;
}

export interface Audit {
  audit(filter?: AuditFilter): Promise<readonly AuditEntry[]>;
  auditHead(): Promise<AuditHead>;
  /** Reads the whole log. A head from outside finds a log that was cut or rewritten after that head was taken. */
  verifyAudit(kept?: AuditHead): Promise<AuditVerdict>;
}

export interface Keys {
  /**
   * The same id or secret twice is REGISTRY_CONFLICT. What is no key is KEY_INVALID: a scope that there is not, a rate that
   * is no number above 0, an end that is no instant or has passed, a name that is no line of text.
   */
  addKey(key: NewKey, change: Change): Promise<KeyRecord>;
  /** Whatever its state: whether it is expired or revoked is for the caller to see. */
  keyBySecret(secretDigest: string): Promise<KeyRecord | null>;
  keys(): Promise<readonly KeyRecord[]>;
  /** Raises KEY_NOT_FOUND. Revoking again changes nothing. */
  revokeKey(id: string, change: Change): Promise<KeyRecord>;
}

/** Bytes by their digest: a folder, an S3-compatible store. */
export interface ArtifactStore {
  readonly where: string;
  /**
   * Answers once the right bytes are durable in their place. What is there already is not written again, unless it is
   * damaged: then the right bytes take its place. Raises ARTIFACT_DIGEST_MISMATCH where even then others lie there.
   */
  put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<Digest>;
  /** Verifies what it read: ARTIFACT_DIGEST_MISMATCH when the store lies, ARTIFACT_NOT_FOUND, STORE_UNAVAILABLE. */
  get(digest: Digest): Promise<Uint8Array>;
  /** Reads all of it, keeps none of it, and raises what `get` does. */
  verify(digest: Digest): Promise<void>;
  /** Whether something lies in its place: what, `verify` says. */
  has(digest: Digest): Promise<boolean>;
  list(): AsyncIterable<{ readonly digest: Digest; readonly bytes: number; readonly modifiedMs: number }>;
  /** Answers whether it was there. After `signal` nothing is removed any more, and the call fails. */
  delete(digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Removes what puts left that were stopped before `beforeMs` (milliseconds since 1970). Answers how many. */
  removeDrafts(beforeMs: number): Promise<number>;
}
