import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { fail, type Issue } from '@slipway/core';

/** A row that was not scored: where it stands, why, and what it says. */
export interface QuarantinedRow {
  /** From 1, in input order, without the header. */
  readonly record: number;
  /** Line on which it starts; null where the format has no lines. */
  readonly line: number | null;
  readonly issues: readonly Issue[];
  readonly raw: Uint8Array | string;
}

/** How often one rule was broken by one column. A row counts for its first issue. */
export interface ReasonCount {
  readonly column: string;
  readonly rule: string;
  readonly rows: number;
}

/** Text of a row that is kept; who needs more has the input. */
const rawCharsMax = 10_000;
/** Lines are gathered up to this before they are written: a call a line would cost more than the line. */
const waitingCharsMax = 256 * 1024;

/** Writes quarantined rows as NDJSON. Nothing is written before the first row. Raises OUTPUT_NOT_WRITABLE. */
export class QuarantineFile {
  rows = 0;
  private readonly path: string;
  private descriptor: number | null = null;
  private waiting = '';
  private readonly reasons = new Map<string, { column: string; rule: string; rows: number }>();

  constructor(path: string) {
    this.path = path;
  }

  add(row: QuarantinedRow): void {
    this.rows += 1;
    this.count(row.issues);
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

  private count(issues: readonly Issue[]): void {
    const { field: column, rule } = issues[0] as Issue;
    const key = `${rule} ${column}`;
    const known = this.reasons.get(key);
    if (known === undefined) this.reasons.set(key, { column, rule, rows: 1 });
    else known.rows += 1;
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

function lineOf({ record, line, issues, raw }: QuarantinedRow): Readonly<Record<string, unknown>> {
  const text = typeof raw === 'string' ? raw : Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('utf8');
  const isText = typeof raw === 'string' || isUtf8(raw);
  return {
    record,
    ...(line === null ? {} : { line }),
    column: issues[0]?.field,
    rule: issues[0]?.rule,
    reason: issues.map((issue) => issue.message).join(' · '),
    raw: text.slice(0, rawCharsMax),
    ...(text.length > rawCharsMax ? { raw_cut: true } : {}),
    // What is no UTF-8 has no text that reads back the same.
    ...(isText ? {} : { raw_base64: Buffer.from(raw).subarray(0, rawCharsMax).toString('base64') }),
  };
}
