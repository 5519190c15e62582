import { fail } from '@slipway/core';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { Change, Json, VersionFiles } from '../types.ts';

interface Form {
  readonly pattern: RegExp;
  readonly rule: string;
}

/** Aliases begin with a letter and versions with a digit, so that `NAME@THIS` can only be one of them. */
const forms = {
  model: { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, rule: 'letters, digits, . _ and -, at most 128' },
  version: { pattern: /^[0-9][A-Za-z0-9.+_-]{0,63}$/, rule: 'a digit, then letters, digits, . + _ and -, at most 64' },
  alias: {
    pattern: /^[a-z][a-z0-9_-]{0,63}$/,
    rule: 'a small letter, then small letters, digits, _ and -, at most 64',
  },
  kind: { pattern: /^[a-z][a-z0-9-]{0,63}$/, rule: 'a small letter, then small letters, digits and -, at most 64' },
  id: { pattern: /^[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,199}$/, rule: 'letters, digits and . _ : @ / + -, at most 200' },
  digest: { pattern: /^sha256:[0-9a-f]{64}$/, rule: 'sha256: and 64 hex digits' },
} as const satisfies Record<string, Form>;

const textCharactersMax = 10_000;
const documentBytesMax = 16 * 1024 * 1024;

/** What was probably meant, where an alias has capitals. */
function example(kind: string, name: string): string {
  const small = name.toLowerCase();
  return kind === 'alias' && name !== small && forms.alias.pattern.test(small) ? `, such as ${small}` : '';
}

/** Raises REGISTRY_NAME unless the name has the form that its kind asks for. */
export function checkName(kind: keyof typeof forms, name: string): void {
  const { pattern, rule } = forms[kind];
  if (pattern.test(name)) return;
  throw fail('REGISTRY_NAME', {
    message: `${JSON.stringify(name.slice(0, 200))} is no ${kind}.`,
    hint: `Write ${rule}${example(kind, name)}.`,
  });
}

/** An alias that can be moved: `previous` only follows `production`. */
export function checkMovable(alias: string): void {
  checkName('alias', alias);
  if (alias === 'previous') {
    throw fail('REGISTRY_NAME', {
      message: '`previous` is what production was before: it cannot be moved by itself.',
      hint: 'Move `production`, or use `slipway rollback`.',
    });
  }
}

export function checkFiles(files: VersionFiles): void {
  for (const digest of [files.artifact, files.launch, files.reference, files.golden, files.proof]) {
    if (digest !== null) checkName('digest', digest);
  }
}

export function checkChange({ by, why, evidence }: Change): void {
  checkText('actor', by.id);
  if (by.id === '')
    throw fail('REGISTRY_NAME', {
      message: 'A change needs somebody who makes it: the actor is empty.',
      hint: 'Pass --by WHO, or set SLIPWAY_USER.',
    });
  if (why !== undefined) checkText('reason', why);
  if (evidence !== undefined) documentText('evidence', evidence);
}

/** The canonical text of a document, within bounds. Raises REGISTRY_TOO_LARGE. */
export function documentText(what: string, document: Json): string {
  const text = canonicalJson(document);
  const bytes = Buffer.byteLength(text);
  if (bytes > documentBytesMax) {
    throw fail('REGISTRY_TOO_LARGE', {
      message: `The ${what} has ${bytes} bytes; the registry takes documents of at most ${documentBytesMax}.`,
    });
  }
  return text;
}

/** Text that every database holds as it is: PostgreSQL knows no NUL, and neither half a surrogate pair. */
export function checkText(what: string, text: string): void {
  if (text.length <= textCharactersMax && !text.includes('\0') && text.isWellFormed()) return;
  throw fail('REGISTRY_NAME', {
    message: `The ${what} is longer than ${textCharactersMax} characters, or holds a NUL or half a character.`,
    hint: 'Shorten it, or take out what cannot be read.',
  });
}
