/** Where a record stands. Offsets are bytes of the decompressed file; `end` is before its line end. */
export interface RecordPlace {
  /** Counts every record that is not blank, from 0; the header of a CSV file is record 0. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** Line on which the record starts, from 1. */
  readonly line: number;
  /** Its last line that is not blank. */
  readonly lastLine: number;
  /** Lines of it that are not blank: what would be records if no quote held them together. */
  readonly lines: number;
}

const comma = 0x2c;
const quote = 0x22;
const space = 0x20;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Where the scanner stands: at the start of a field; behind one space at its start, where a quote still opens the
 * field, as it does in DuckDB; in it; inside quotes; behind a quote inside quotes; behind spaces that follow the
 * closing quote; or behind a carriage return.
 */
const at = { start: 0, space: 1, plain: 2, quoted: 3, quoteInQuoted: 4, closed: 5, lineBreak: 6 } as const;
type State = (typeof at)[keyof typeof at];
type LineEnd = 'lf' | 'crlf' | 'cr';

/**
 * Finds the records of a text file chunk by chunk, without looking at their values: quote-aware lines of CSV, plain
 * lines of NDJSON. Blank lines are no records. It is the second opinion that a run's accounts are checked against, so
 * it shares nothing with the reader of the query engine.
 */
export class RecordScanner {
  /** Records so far. */
  records = 0;
  /** The first line that ends otherwise than the first one did, or null. */
  mixedLineEnd: number | null = null;
  /** The first line where text follows a closing quote, or where a quote is never closed; null where all is well. */
  strayQuote: number | null = null;
  /** The first line where that happens a second time in one record. */
  strayTwice: number | null = null;
  /** The first line that ends inside quotes. */
  quotedBreak: number | null = null;
  private readonly quotes: boolean;
  private readonly onRecord: ((place: RecordPlace) => void) | null;
  private state: State = at.start;
  /** Offset of the current chunk in the file. */
  private base = 0;
  private recordStart = 0;
  private recordLine = 1;
  private line = 1;
  private lineEnd: LineEnd | null = null;
  private recordHasStray = false;
  /** Of the open record: lines so far that ended inside quotes and are not blank, the last of them, and what follows. */
  private linesBefore = 0;
  private lineBefore = 1;
  private lineStart = 0;

  constructor(format: 'csv' | 'ndjson', onRecord: ((place: RecordPlace) => void) | null = null) {
    this.quotes = format === 'csv';
    this.onRecord = onRecord;
  }

  /** Where the record starts that has no end yet. */
  get openStart(): number {
    return this.recordStart;
  }

  /** Takes the next bytes of the file; the first call needs at least three, if there are as many. */
  push(bytes: Uint8Array): void {
    // A buffer looks for a byte several times as fast as a plain array of bytes.
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const first = this.base === 0 ? byteOrderMark(chunk) : 0;
    if (this.base === 0) this.recordStart = first;
    this.state = this.isPlain(chunk) ? this.lines(chunk, first) : this.bytes(chunk, first);
    this.base += chunk.length;
  }

  /** Ends the file: a last record may lack its line end. */
  end(): void {
    if (this.state === at.lineBreak) this.endLine(this.base - 1, this.base, 'cr');
    if (this.state === at.quoted) this.strayQuote ??= this.recordLine;
    this.endRecord(this.base);
  }

  /** Whether line feeds alone tell where records end in a chunk: for those the native search is several times faster. */
  private isPlain(chunk: Uint8Array): boolean {
    if (this.state >= at.quoted || chunk.length < 2) return false;
    return (!this.quotes || chunk.indexOf(quote) === -1) && chunk.indexOf(carriageReturn) === -1;
  }

  private lines(chunk: Uint8Array, first: number): State {
    if (this.onRecord === null && this.lineEnd === 'lf') this.countLines(chunk, first);
    else {
      for (let feed = chunk.indexOf(lineFeed, first); feed !== -1; feed = chunk.indexOf(lineFeed, feed + 1)) {
        this.endLine(this.base + feed, this.base + feed + 1, 'lf');
      }
    }
    const [before, last] = chunk.subarray(-2);
    if (last === comma || last === lineFeed) return at.start;
    return last === space && (before === comma || before === lineFeed) ? at.space : at.plain;
  }

  /** What `endLine` would do to each line, where nobody asks for their places. */
  private countLines(chunk: Uint8Array, first: number): void {
    let start = this.recordStart - this.base;
    let lines = 0;
    let blank = 0;
    for (let feed = chunk.indexOf(lineFeed, first); feed !== -1; feed = chunk.indexOf(lineFeed, start)) {
      if (feed === start) blank += 1;
      start = feed + 1;
      lines += 1;
    }
    if (lines === 0) return;
    this.records += lines - blank;
    this.line += lines;
    this.recordStart = this.base + start;
    this.recordLine = this.line;
    this.recordHasStray = false;
  }

  private bytes(chunk: Uint8Array, first: number): State {
    const { length } = chunk;
    let { state } = this;
    let index = first;
    while (index < length) {
      let byte = chunk[index] as number;
      if (state === at.quoted) {
        while (byte > quote && ++index < length) byte = chunk[index] as number;
        if (byte === quote) state = at.quoteInQuoted;
        else if (byte === lineFeed || byte === carriageReturn) this.breakInQuotes(byte, this.base + index);
        index++;
      } else if (byte > comma && state < at.quoted) {
        // Most bytes of a file matter to nobody; those that do are no greater than the comma.
        do index++;
        while (index < length && (chunk[index] as number) > comma);
        state = at.plain;
      } else {
        state = this.mark(byte, state, this.base + index);
        index++;
      }
    }
    return state;
  }

  /** The state behind a byte outside quotes that may matter. */
  private mark(byte: number, state: State, offset: number): State {
    if (state === at.lineBreak) {
      const isPair = byte === lineFeed;
      this.endLine(offset - 1, isPair ? offset + 1 : offset, isPair ? 'crlf' : 'cr');
      return isPair ? at.start : this.mark(byte, at.start, offset);
    }
    if (byte === lineFeed) {
      this.endLine(offset, offset + 1, 'lf');
      return at.start;
    }
    if (byte === carriageReturn) return at.lineBreak;
    if (byte === comma) return at.start;
    if (state === at.quoteInQuoted && byte === quote) return at.quoted;
    if (state === at.quoteInQuoted || state === at.closed) return this.behindQuotes(byte);
    if (byte === quote && this.quotes && state < at.plain) return at.quoted;
    return byte === space && state === at.start ? at.space : at.plain;
  }

  private behindQuotes(byte: number): State {
    if (byte === space) return at.closed;
    this.strayQuote ??= this.line;
    if (this.recordHasStray) this.strayTwice ??= this.line;
    this.recordHasStray = true;
    return at.plain;
  }

  private breakInQuotes(byte: number, offset: number): void {
    this.quotedBreak ??= this.line;
    if (byte !== (this.lineEnd === 'cr' ? carriageReturn : lineFeed)) return;
    this.endLineOfRecord(this.lineEnd === 'crlf' ? offset - 1 : offset);
    this.line += 1;
    this.lineStart = offset + 1;
  }

  /** Counts the current line as one of the open record, unless it is blank. */
  private endLineOfRecord(end: number): void {
    if (end <= Math.max(this.lineStart, this.recordStart)) return;
    this.linesBefore += 1;
    this.lineBefore = this.line;
  }

  private endLine(end: number, next: number, lineEnd: LineEnd): void {
    this.lineEnd ??= lineEnd;
    if (lineEnd !== this.lineEnd) this.mixedLineEnd ??= this.line;
    this.endRecord(end);
    this.line += 1;
    this.recordStart = next;
    this.recordLine = this.line;
    this.recordHasStray = false;
  }

  private endRecord(end: number): void {
    if (end === this.recordStart) return;
    this.endLineOfRecord(end);
    this.onRecord?.({
      index: this.records,
      start: this.recordStart,
      end,
      line: this.recordLine,
      lastLine: this.lineBefore,
      lines: this.linesBefore,
    });
    this.linesBefore = 0;
    this.records += 1;
  }
}

/** Bytes of a UTF-8 byte order mark at the start of a file. */
function byteOrderMark(chunk: Uint8Array): number {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
}
