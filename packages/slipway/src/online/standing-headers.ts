/** What every answer says to browsers: it is data, it is for nobody else, and it is kept nowhere. */
export function standingHeaders(isSecure: boolean): Readonly<Record<string, string>> {
  return isSecure ? { ...plain, 'strict-transport-security': 'max-age=31536000' } : plain;
}

const plain = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
} as const;
