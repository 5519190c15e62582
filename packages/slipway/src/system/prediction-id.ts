import { randomFillSync } from 'node:crypto';

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const poolBytes = 4096;

/**
 * Makes version 7 UUIDs (RFC 9562): 48 bits of milliseconds, then 74 random bits. Ids sort by time, so a log finds the
 * day of a prediction from its id alone. Random bytes are drawn by the page: a system call an id would cost more than
 * the prediction.
 */
export function predictionIds(wallMs: () => number): () => string {
  const pool = new Uint8Array(poolBytes);
  let next = poolBytes;
  let lastMs = -1;
  let time = '';
  return () => {
    if (next === poolBytes) {
      randomFillSync(pool);
      next = 0;
    }
    const at = next;
    next += 16;
    const ms = wallMs();
    if (ms !== lastMs) {
      lastMs = ms;
      time = timeText(ms);
    }
    const byte = (index: number) => hex[pool[at + index] as number] as string;
    const version = hex[0x70 | ((pool[at] as number) & 0x0f)] as string;
    const variant = hex[0x80 | ((pool[at + 2] as number) & 0x3f)] as string;
    const tail = byte(4) + byte(5) + byte(6) + byte(7) + byte(8) + byte(9);
    return `${time}-${version}${byte(1)}-${variant}${byte(3)}-${tail}`;
  };
}

/** The first 48 bits as `xxxxxxxx-xxxx`. Thousands of ids share a millisecond, so it is made once for them. */
function timeText(ms: number): string {
  const digits = Math.floor(ms).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}`;
}
