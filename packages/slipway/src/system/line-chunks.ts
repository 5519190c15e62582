/** Some lines as bytes, ready to be written. */
export interface LineChunk {
  readonly bytes: Buffer;
  readonly lines: number;
  /** The memory behind the bytes. */
  readonly memory: Buffer<ArrayBuffer>;
}

/** Lines that wait, as bytes in few large chunks. */
export interface LineChunks {
  /** Adds a line; answers false, and adds nothing, where too much waits. */
  add(line: string): boolean;
  /** Adds a line that `lines` writes itself, where it can. */
  addMade(lines: LineMaker, index: number, bytesMax: number): 'added' | 'full' | 'unmade';
  /** Takes all that waits, oldest first. */
  takeAll(): readonly LineChunk[];
  /** Lets the memory of chunks be used again. */
  giveBack(chunks: readonly LineChunk[]): void;
  isEmpty(): boolean;
  hasFullChunk(): boolean;
}

/** Writes a line of its own into memory, from `start` and not beyond `end`; answers where it ends, or -1. */
export interface LineMaker {
  bytes?(index: number, memory: Uint8Array, start: number, end: number): number;
}

/** Ends each line in its own way: a log adds a checksum over the bytes that stand there. */
export interface LineSeal {
  /** The most bytes that `write` adds. */
  readonly bytesMax: number;
  /** Adds to the line that stands from `start` to `end`; answers where it ends now. */
  write(memory: Buffer, start: number, end: number): number;
}

/** Enough that a system call costs little beside the lines in it. */
const chunkBytes = 256 * 1024;
/** Chunks whose memory is kept for later. */
const sparesMax = 16;
/** UTF-16 code units become at most three bytes each. */
const bytesPerUnitMax = 3;

/**
 * Encodes each line at once into a chunk. Strings that wait would be visited again by the garbage collector and by
 * the encoder, long after the processor has forgotten them.
 */
export function createLineChunks(waitingBytesMax: number, seal: LineSeal | null = null): LineChunks {
  let full: LineChunk[] = [];
  let fullBytes = 0;
  let memory = Buffer.allocUnsafeSlow(chunkBytes);
  const spares: Buffer<ArrayBuffer>[] = [];
  let filled = 0;
  let lines = 0;

  function closeChunk(): void {
    full.push({ bytes: memory.subarray(0, filled), lines, memory });
    fullBytes += filled;
    memory = spares.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
    filled = 0;
    lines = 0;
  }

  const sealBytesMax = seal === null ? 0 : seal.bytesMax;

  return {
    addMade(maker, index, bytesMax) {
      const start = filled;
      const room = Math.min(chunkBytes - sealBytesMax, start + bytesMax);
      const end = maker.bytes?.(index, memory, start, room) ?? -1;
      if (end < 0) return 'unmade';
      if (fullBytes + end + sealBytesMax > waitingBytesMax) return 'full';
      filled = seal === null ? end : seal.write(memory, start, end);
      lines += 1;
      return 'added';
    },
    add(line) {
      const bytesMax = line.length * bytesPerUnitMax + sealBytesMax;
      if (fullBytes + filled + bytesMax > waitingBytesMax) return false;
      if (filled + bytesMax > chunkBytes) {
        if (lines > 0) closeChunk();
        if (bytesMax > memory.length) memory = Buffer.allocUnsafeSlow(bytesMax);
      }
      const end = filled + memory.write(line, filled);
      filled = seal === null ? end : seal.write(memory, filled, end);
      lines += 1;
      return true;
    },
    takeAll() {
      if (lines > 0) closeChunk();
      const all = full;
      full = [];
      fullBytes = 0;
      return all;
    },
    giveBack(chunks) {
      for (const chunk of chunks) {
        if (chunk.memory.length === chunkBytes && spares.length < sparesMax) spares.push(chunk.memory);
      }
    },
    isEmpty: () => lines === 0 && full.length === 0,
    hasFullChunk: () => full.length > 0,
  };
}
