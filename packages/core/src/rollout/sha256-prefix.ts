/** Round constants of FIPS 180-4: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = Int32Array.from(firstPrimes(64), (prime) => fractionBits(Math.cbrt(prime)));
/** The state that SHA-256 starts from: the same of the square roots of the first 8 primes. */
const startState = Int32Array.from(firstPrimes(8), (prime) => fractionBits(Math.sqrt(prime)));

// Filled and read within one call: nothing of a call outlives it.
const schedule = new Int32Array(64);
const state = new Int32Array(8);

/**
 * The first 32 bits of the SHA-256 digest of `bytes[0 .. length)`, a whole number from 0 to 2^32 - 1. `bytes` needs
 * room for the padding (`paddedLength`) and is padded in place.
 */
export function sha256Prefix(bytes: Uint8Array, length: number): number {
  const end = paddedLength(length);
  bytes.fill(0, length, end);
  bytes[length] = 0x80;
  const bits = length * 8;
  for (let at = 0; at < 4; at++) {
    bytes[end - 1 - at] = bits >>> (8 * at);
    bytes[end - 5 - at] = Math.floor(bits / 2 ** 32) >>> (8 * at);
  }
  state.set(startState);
  for (let block = 0; block < end; block += 64) compress(bytes, block);
  return state[0] >>> 0;
}

/** Bytes of a message with its padding: whole blocks of 64, with room for a mark and the length. */
export function paddedLength(length: number): number {
  return Math.ceil((length + 9) / 64) * 64;
}

function compress(bytes: Uint8Array, block: number): void {
  expandSchedule(bytes, block);
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let round = 0; round < 64; round++) {
    const turnedE = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const chosen = (e & f) ^ (~e & g);
    const first = (h + turnedE + chosen + roundConstants[round] + schedule[round]) | 0;
    const turnedA = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + turnedA + majority) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function expandSchedule(bytes: Uint8Array, block: number): void {
  for (let word = 0; word < 16; word++) {
    const at = block + word * 4;
    schedule[word] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let word = 16; word < 64; word++) {
    const x = schedule[word - 15];
    const y = schedule[word - 2];
    const near = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const far = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    schedule[word] = schedule[word - 16] + near + schedule[word - 7] + far;
  }
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

function fractionBits(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}
