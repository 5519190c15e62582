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
  /** Takes the oldest chunk, or the one that is being filled. */
  take(): LineChunk;
  /** Lets the memory of a chunk be used again. */
  giveBack(chunk: LineChunk): void;
  isEmpty(): boolean;
  hasFullChunk(): boolean;
}

/** Enough that a system call costs little beside the lines in it. */
const chunkBytes = 256 * 1024;
/** UTF-16 code units become at most three bytes each. */
const bytesPerUnitMax = 3;

/**
 * Encodes each line at once into a chunk. Strings that wait would be visited again by the garbage collector and by
 * the encoder, long after the processor has forgotten them.
 */
export function createLineChunks(waitingBytesMax: number): LineChunks {
  const full: LineChunk[] = [];
  let fullBytes = 0;
  let memory = Buffer.allocUnsafeSlow(chunkBytes);
  let spare: Buffer<ArrayBuffer> | null = null;
  let filled = 0;
  let lines = 0;

  function closeChunk(): void {
    full.push({ bytes: memory.subarray(0, filled), lines, memory });
    fullBytes += filled;
    memory = spare ?? Buffer.allocUnsafeSlow(chunkBytes);
    spare = null;
    filled = 0;
    lines = 0;
  }

  return {
    add(line) {
      const bytesMax = line.length * bytesPerUnitMax;
      if (fullBytes + filled + bytesMax > waitingBytesMax) return false;
      if (filled + bytesMax > chunkBytes) {
        if (lines > 0) closeChunk();
        if (bytesMax > memory.length) memory = Buffer.allocUnsafeSlow(bytesMax);
      }
      filled += memory.write(line, filled);
      lines += 1;
      return true;
    },
    take() {
      if (full.length === 0) closeChunk();
      const chunk = full.shift() as LineChunk;
      fullBytes -= chunk.bytes.length;
      return chunk;
    },
    giveBack(chunk) {
      if (chunk.memory.length === chunkBytes) spare = chunk.memory;
    },
    isEmpty: () => lines === 0 && full.length === 0,
    hasFullChunk: () => full.length > 0,
  };
}
