import { appendOnly, onlyForward } from './guards.ts';
import type { Migration } from './migration.ts';

const by = 'by_kind TEXT NOT NULL, by_id TEXT NOT NULL';
const reasons = 'why TEXT, evidence TEXT NOT NULL';

/**
 * Types are those that both databases read alike: text, integers and doubles. Nothing is named by a number that the
 * database makes up, so that a backup restores to the same.
 */
const tables = [
  `CREATE TABLE slipway_audit (
    sequence BIGINT PRIMARY KEY, at TEXT NOT NULL, ${by}, action TEXT NOT NULL, model TEXT, subject TEXT NOT NULL,
    ${reasons}, details TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL)`,
  'CREATE INDEX slipway_audit_model ON slipway_audit (model, sequence)',
  // One row: the end of the log, which every writer locks first.
  `CREATE TABLE slipway_audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1), sequence BIGINT NOT NULL, hash TEXT NOT NULL)`,
  `CREATE TABLE slipway_models (
    model TEXT PRIMARY KEY, approve INTEGER NOT NULL, created_at TEXT NOT NULL)`,
  // A deleted version keeps its row: its name must never come to mean other files.
  `CREATE TABLE slipway_versions (
    model TEXT NOT NULL REFERENCES slipway_models, version TEXT NOT NULL, ordinal INTEGER NOT NULL,
    artifact TEXT NOT NULL, launch TEXT NOT NULL, reference TEXT, golden TEXT, proof TEXT,
    created_at TEXT NOT NULL, ${by}, deleted_at TEXT,
    PRIMARY KEY (model, version), UNIQUE (model, ordinal))`,
  // A removed alias keeps its row, with no version: its revisions go on where they stopped.
  `CREATE TABLE slipway_aliases (
    model TEXT NOT NULL, alias TEXT NOT NULL, version TEXT, previous TEXT, revision INTEGER NOT NULL,
    moved_at TEXT NOT NULL, ${by},
    PRIMARY KEY (model, alias),
    FOREIGN KEY (model, version) REFERENCES slipway_versions,
    FOREIGN KEY (model, previous) REFERENCES slipway_versions)`,
  `CREATE TABLE slipway_moves (
    model TEXT NOT NULL, alias TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL,
    from_version TEXT, to_version TEXT, at TEXT NOT NULL, ${by}, ${reasons}, approval TEXT,
    audit_sequence BIGINT NOT NULL REFERENCES slipway_audit,
    PRIMARY KEY (model, alias, revision))`,
  'CREATE INDEX slipway_moves_order ON slipway_moves (model, audit_sequence)',
  `CREATE TABLE slipway_approvals (
    id TEXT PRIMARY KEY, model TEXT NOT NULL REFERENCES slipway_models, version TEXT, action TEXT NOT NULL,
    revision INTEGER NOT NULL, state TEXT NOT NULL, requested_at TEXT NOT NULL, ${by}, ${reasons},
    expires_at TEXT NOT NULL, decided_at TEXT, decided_by_kind TEXT, decided_by_id TEXT,
    audit_sequence BIGINT NOT NULL REFERENCES slipway_audit,
    FOREIGN KEY (model, version) REFERENCES slipway_versions)`,
  'CREATE INDEX slipway_approvals_order ON slipway_approvals (model, audit_sequence)',
  `CREATE TABLE slipway_records (
    kind TEXT NOT NULL, id TEXT NOT NULL, model TEXT, version TEXT, body TEXT NOT NULL,
    revision INTEGER NOT NULL, ordinal BIGINT NOT NULL REFERENCES slipway_audit,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, ${by},
    PRIMARY KEY (kind, id),
    FOREIGN KEY (model, version) REFERENCES slipway_versions)`,
  'CREATE INDEX slipway_records_order ON slipway_records (kind, ordinal)',
  'CREATE INDEX slipway_records_version ON slipway_records (model, version)',
  `CREATE TABLE slipway_keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_digest TEXT NOT NULL UNIQUE, last_four TEXT, scopes TEXT NOT NULL,
    rate_per_second DOUBLE PRECISION, created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT, ${by})`,
];

/** The schema of the first release. */
export const firstSchema: Migration = {
  version: 1,
  minimumReader: 1,
  statements: (dialect) => [
    ...tables,
    ...appendOnly('slipway_audit', 'sequence', dialect),
    ...appendOnly('slipway_moves', 'model, alias, revision', dialect),
    ...onlyForward('slipway_audit_head', dialect),
    `INSERT INTO slipway_audit_head (one, sequence, hash) VALUES (1, 0, '${'0'.repeat(64)}')`,
  ],
};
