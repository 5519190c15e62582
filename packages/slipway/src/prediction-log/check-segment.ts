import { createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { idKey, isWholeRecord } from './record-line.ts';

export interface SegmentCheck {
  readonly records: number;
  /** Lines that are no whole record: torn by a crash or a full disk, or changed since. */
  readonly damaged: number;
}

const blockBytes = 4 * 1024 * 1024;

/**
 * Reads a segment and checks every record; `onKey` is told of each. Where `copy` is given, whole records are written
 * there.
 */
export async function checkSegment(
  file: string,
  onKey: (key: number) => void,
  copy: string | null = null,
): Promise<SegmentCheck> {
  const handle = await open(file, 'r');
  const out = copy === null ? null : createWriteStream(copy);
  const copied = out === null ? null : finished(out);
  // A full disk is told at the end; until then nobody waits for it, which would end the process.
  copied?.catch(() => {});
  const counts = { records: 0, damaged: 0 };
  let memory = Buffer.allocUnsafeSlow(blockBytes);
  let filled = 0;
  try {
    for (;;) {
      if (filled === memory.length) memory = Buffer.concat([memory], memory.length * 2);
      const { bytesRead } = await handle.read(memory, filled, memory.length - filled, null);
      if (bytesRead === 0) break;
      filled += bytesRead;
      const end = checkLines(memory, filled, onKey, counts, out);
      memory.copyWithin(0, end, filled);
      filled -= end;
    }
    // A last line without its end is a torn tail.
    if (filled > 0) counts.damaged += 1;
  } finally {
    await handle.close();
    out?.end();
    await copied;
  }
  return counts;
}

/** Answers where the first line begins that is not whole yet. */
function checkLines(
  memory: Buffer,
  filled: number,
  onKey: (key: number) => void,
  counts: { records: number; damaged: number },
  out: WriteStream | null,
): number {
  let start = 0;
  for (;;) {
    const end = memory.indexOf(0x0a, start);
    if (end === -1 || end >= filled) return start;
    if (isWholeRecord(memory, start, end)) {
      counts.records += 1;
      onKey(idKey(memory, start, end));
      out?.write(Buffer.from(memory.subarray(start, end + 1)));
    } else if (end > start) counts.damaged += 1;
    start = end + 1;
  }
}
