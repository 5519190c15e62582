import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { asSlipwayError, type Issue } from '@slipway/core';

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
const bufferBytesMax = 1024 * 1024;

/** Writes quarantined rows as NDJSON. Nothing is written before the first row. */
export class QuarantineFile {
  rows = 0;
  private readonly path: string;
  private stream: WriteStream | null = null;
  private readonly reasons = new Map<string, { column: string; rule: string; rows: number }>();
  private failure: unknown = null;

  constructor(path: string) {
    this.path = path;
  }

  add(row: QuarantinedRow): void {
    if (this.stream === null) {
      this.stream = createWriteStream(this.path, { highWaterMark: bufferBytesMax });
      this.stream.on('error', (error) => {
        this.failure ??= error;
      });
    }
    this.rows += 1;
    this.count(row.issues);
    this.stream.write(`${JSON.stringify(lineOf(row))}\n`);
  }

  /** Waits where more is waiting for the disk than should be held in memory. Raises what writing raised. */
  async drained(): Promise<void> {
    if (this.stream?.writableNeedDrain && this.failure === null) await once(this.stream, 'drain');
    this.throwFailure();
  }

  async close(): Promise<void> {
    if (this.stream === null) return;
    this.stream.end();
    await finished(this.stream).catch(() => {});
    this.throwFailure();
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

  private throwFailure(): void {
    if (this.failure !== null) throw asSlipwayError(this.failure, 'OUTPUT_NOT_WRITABLE');
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
