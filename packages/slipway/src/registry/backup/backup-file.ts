import type { Row } from '../database/database.ts';
import type { AuditHead, AuditVerdict, Instant } from '../types.ts';

/** The first line of a backup. */
export interface BackupHeader {
  /** The format of the file. */
  readonly slipwayBackup: 1;
  readonly at: Instant;
  readonly schema: number;
  readonly minimumReader: number;
  readonly auditHead: AuditHead;
}

/** Every line between the first and the last: one row of one table. */
export interface BackupRow {
  readonly table: string;
  readonly row: Row;
}

/** The last line: without it, or with another digest, the file is cut or changed. */
export interface BackupEnd {
  readonly rows: number;
  /** SHA-256 in hex over all lines before, each with its line end. */
  readonly sha256: string;
}

export interface BackupSummary {
  readonly rows: number;
  readonly auditHead: AuditHead;
}

/** What became of a backup: a log that is not intact is saved only where that is asked for. */
export type BackupResult =
  | ({ readonly saved: true; readonly audit: AuditVerdict } & BackupSummary)
  | { readonly saved: false; readonly audit: Extract<AuditVerdict, { intact: false }> };
