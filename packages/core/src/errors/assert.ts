/** A programmer's error: what we believed of our own code is not so. Never for input from outside. */
export function assert(condition: unknown, belief: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${belief}`);
}

/** The last case of an exhaustive `switch`. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}
