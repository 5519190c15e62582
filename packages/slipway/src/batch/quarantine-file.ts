import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { fail } from '@slipway/core';
import type { RowIssue } from './row-issue.ts';

/** A row that was not scored: where it stands, why, and what it says. */
export interface QuarantinedRow {
  /** From 1, in input order, without the header. */
  readonly record: number;
  /** Line on which it starts; null where the format has no lines. */
  readonly line: number | null;
  /** Line on which it ends, where that is another one. */
  readonly lastLine?: number;
  /** How many rows it counts as: one, or as many as it has lines where a fault of its quotes swallowed them. */
  readonly rows?: number;
  readonly issues: readonly RowIssue[];
  readonly raw: Uint8Array | string;
  /** Whether `raw` is only the beginning. */
  readonly isCut?: boolean;
}

/** How many rows broke one rule in one column. A row counts for its first issue. */
export interface ReasonCount {
  readonly column: string;
  readonly rule: RowIssue['rule'];
  readonly rows: number;
}

/** Lines are gathered up to this before they are written: a call a line would cost more than the line. */
const waitingCharsMax = 256 * 1024;

/** Writes quarantined rows as NDJSON. Nothing is written before the first row. Raises OUTPUT_NOT_WRITABLE. */
export class QuarantineFile {
  /** Entries, each a record of the input. */
  records = 0;
  /** Rows that they count as. */
  rows = 0;
  private readonly path: string;
  private descriptor: number | null = null;
  private waiting = '';
  private readonly reasons = new Map<string, ReasonCount & { rows: number }>();

  constructor(path: string) {
    this.path = path;
  }

  add(row: QuarantinedRow): void {
    const { rows = 1 } = row;
    this.records += 1;
    this.rows += rows;
    this.count(row.issues, rows);
    this.waiting += `${JSON.stringify(lineOf(row))}\n`;
    if (this.waiting.length >= waitingCharsMax) this.write();
  }

  /** Writes what waits, and closes the file. */
  close(): void {
    if (this.waiting !== '') this.write();
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  /** The most frequent first. */
  reasonCounts(): readonly ReasonCount[] {
    return [...this.reasons.values()].sort((a, b) => b.rows - a.rows);
  }

  private count(issues: readonly RowIssue[], rows: number): void {
    const { field: column, rule } = issues[0] as RowIssue;
    const key = `${rule} ${column}`;
    const known = this.reasons.get(key);
    if (known === undefined) this.reasons.set(key, { column, rule, rows });
    else known.rows += rows;
  }

  private write(): void {
    try {
      this.descriptor ??= openSync(this.path, 'w');
      writeFileSync(this.descriptor, this.waiting);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw fail('OUTPUT_NOT_WRITABLE', { message: `The quarantine cannot be written: ${reason}.`, cause });
    }
    this.waiting = '';
  }
}

function lineOf(row: QuarantinedRow): Readonly<Record<string, unknown>> {
  const { record, line, lastLine = line, rows = 1, issues, raw, isCut = false } = row;
  const text = typeof raw === 'string' ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8');
  const isText = typeof raw === 'string' || isUtf8(raw);
  return {
    record,
    ...(line === null ? {} : { line }),
    ...(lastLine === line ? {} : { last_line: lastLine }),
    ...(rows === 1 ? {} : { rows }),
    column: issues[0]?.field,
    rule: issues[0]?.rule,
    reason: issues.map((issue) => issue.message).join(' · '),
    raw: text,
    ...(isCut ? { raw_cut: true } : {}),
    // What is no UTF-8 has no text that reads back the same.
    ...(isText ? {} : { raw_base64: Buffer.from(raw).toString('base64') }),
  };
}
