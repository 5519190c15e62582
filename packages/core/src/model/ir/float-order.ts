const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The place of a float32 number among all of them in ascending order: 0 for both zeros, negative below. */
export function orderOf(value: number): number {
  float[0] = value;
  return bits[0] < 0 ? -(bits[0] & 0x7fffffff) : bits[0];
}

/** The float32 number at a place of `orderOf`. */
export function floatFrom(order: number): number {
  bits[0] = order < 0 ? -order | 0x80000000 : order;
  return float[0];
}
