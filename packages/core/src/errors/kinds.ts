/** Whose trouble an error is, and so what a caller can do about it. A closed set: transports map a kind, never a code. */
export const errorKinds = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'unsupported_media',
  'method_not_allowed',
  'rate_limited',
  'unsupported',
  'corrupt',
  'overloaded',
  'unavailable',
  'deadline',
  'cancelled',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];
