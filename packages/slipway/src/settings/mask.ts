const hidden = '••••';

/** A value as it may be shown: a secret not at all, an address without its password and without secrets in its query. */
export function masked(text: string, secret: boolean): string {
  return secret ? hidden : maskedAddress(text);
}

/**
 * `postgres://ana:secret@db/x` as `postgres://ana:••••@db/x`. Up to the last `@` of the authority: a password that was
 * not encoded may hold one, and a slash too.
 */
function maskedAddress(text: string): string {
  return (
    text
      .replace(/^([a-z][a-z0-9+.-]*:\/\/)([^:@/?#]*):(.*)@/i, `$1$2:${hidden}@`)
      // A user without a password is of a database in postgres://ana@db, and in HTTP most likely a token.
      .replace(/^(https?:\/\/)[^:@/?#]+@/i, `$1${hidden}@`)
      .replace(/([?&](?:[\w-]*(?:password|secret|token|key)[\w-]*)=)[^&#]*/gi, `$1${hidden}`)
  );
}
