/**
 * Random numbers by place instead of by turn: a pure function of seed, row and stream, so that a row is the same
 * whatever is drawn around it, and the same on every machine. Mixes with the finaliser of MurmurHash3 (A. Appleby),
 * twice, in whole 32-bit arithmetic.
 */
export function hash32(seed: number, row: number, stream: number): number {
  return mixed(mixed(mixed(seed) + Math.imul(row, 0x9e3779b1)) + Math.imul(stream, 0x85ebca77));
}

/** At least 0 and below 1, in steps of 2^-32. */
export function uniform(seed: number, row: number, stream: number): number {
  return hash32(seed, row, stream) / 4294967296;
}

/** Nearly standard normal, between -6 and 6: twelve uniform numbers added up. Uses the streams `stream` to `stream + 11`. */
export function nearlyNormal(seed: number, row: number, stream: number): number {
  let sum = -6;
  for (let part = 0; part < 12; part++) sum += uniform(seed, row, stream + part);
  return sum;
}

/** The rows 0 to `length - 1` in an order that the seed decides. */
export function shuffledRows(length: number, seed: number, stream: number): Uint32Array {
  const keys = Float64Array.from({ length }, (_, row) => hash32(seed, row, stream));
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
}

function mixed(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
