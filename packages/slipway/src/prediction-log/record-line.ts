import { crc32 } from 'node:zlib';
import type { LineSeal } from '../system/line-chunks.ts';

const checkKey = ',"check":"';
const hexDigits = Buffer.from('0123456789abcdef');
/** `,"check":"xxxxxxxx"}` */
const checkBytes = checkKey.length + 10;

/**
 * Ends the JSON text of an event with the share that is kept and a checksum: the CRC-32 of every byte of the line before
 * `,"check"`. A line is then one JSON document that any tool reads, and a torn one is known as such.
 */
export function recordSeal(share: number): LineSeal {
  const tail = Buffer.from(`,"share":${JSON.stringify(share)}`);
  const key = Buffer.from(checkKey);
  return {
    bytesMax: tail.length + checkBytes + 1,
    write(memory, start, end) {
      // Over the brace that closes the event.
      let at = end - 1;
      for (let index = 0; index < tail.length; index++) memory[at++] = tail[index] as number;
      const check = crc32(memory.subarray(start, at));
      for (let index = 0; index < key.length; index++) memory[at++] = key[index] as number;
      for (let shift = 28; shift >= 0; shift -= 4) memory[at++] = hexDigits[(check >>> shift) & 15] as number;
      memory[at++] = 0x22;
      memory[at++] = 0x7d;
      memory[at++] = 0x0a;
      return at;
    },
  };
}

/** Whether the bytes from `start` to `end` (without the newline) are a whole record. */
export function isWholeRecord(bytes: Buffer, start: number, end: number): boolean {
  const from = end - checkBytes;
  if (from <= start || bytes[end - 1] !== 0x7d || bytes[end - 2] !== 0x22) return false;
  if (bytes.toString('latin1', from, from + checkKey.length) !== checkKey) return false;
  const stated = bytes.toString('latin1', from + checkKey.length, end - 2);
  return Number.parseInt(stated, 16) === crc32(bytes.subarray(start, from));
}

const idStart = '{"kind":"prediction","id":"'.length;

/** The last 52 bits of the id: two records of one id share it, and others hardly ever do. */
export function idKey(bytes: Buffer, start: number, end: number): number {
  const from = start + idStart;
  const quote = bytes.indexOf(0x22, from);
  const stop = quote === -1 || quote > end ? end : quote;
  const key = Number.parseInt(bytes.toString('latin1', Math.max(from, stop - 12), stop), 16);
  return Number.isNaN(key) ? crc32(bytes.subarray(from, stop)) : key;
}
