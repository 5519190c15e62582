import type { ErrorEntry } from './error-entry.ts';

/** Errors of the registry and of the artifact store behind it. A part of the registry of errors. */
export const registryErrors = {
  REGISTRY_UNAVAILABLE: {
    kind: 'unavailable',
    summary: 'The database of the registry cannot be reached, stays locked, or has no room.',
    hint: 'Check SLIPWAY_REGISTRY and the database; `slipway doctor` tries every connection. Then do it again.',
  },
  REGISTRY_NOT_FOUND: {
    kind: 'not_found',
    summary: 'There is no registry at the address.',
    hint: 'Push a version first, which makes one, or correct SLIPWAY_REGISTRY.',
  },
  REGISTRY_URL: {
    kind: 'invalid',
    summary: 'The address of the registry is none that Slipway knows.',
    hint: 'Write `sqlite:PATH` or `postgres://user@host/database`.',
  },
  REGISTRY_SCHEMA: {
    kind: 'not_found',
    summary: 'The schema of `search_path` in the address of the registry is not in the PostgreSQL database.',
    hint: 'Make it once, as whoever owns the database: `CREATE SCHEMA team_a AUTHORIZATION slipway`; or correct `search_path`.',
  },
  REGISTRY_NEWER: {
    kind: 'unsupported',
    summary: 'The registry was changed by a newer Slipway, in a way that this one must not work with.',
    hint: 'Update Slipway here, too.',
  },
  REGISTRY_CORRUPT: {
    kind: 'corrupt',
    summary: 'The database is not a registry, or a part of it contradicts another.',
    hint: 'Restore a backup with `slipway restore`.',
  },
  REGISTRY_NOT_EMPTY: {
    kind: 'conflict',
    summary: 'A backup can only be restored into a registry that holds nothing.',
    hint: 'Restore to a new database, and point SLIPWAY_REGISTRY to it.',
  },
  REGISTRY_CONFLICT: {
    kind: 'conflict',
    summary: 'Somebody else changed the same thing in between.',
    hint: 'Look at what is there now, and do it again if it is still wanted.',
  },
  REGISTRY_NAME: {
    kind: 'invalid',
    summary: 'A name or a text is none that the registry takes.',
    hint: 'Use letters, digits, dots, hyphens and underscores.',
  },
  REGISTRY_TOO_LARGE: {
    kind: 'too_large',
    summary: 'A document is larger than the registry takes.',
    hint: 'Put large things into the artifact store, and their digest into the document.',
  },
  VERSION_EXISTS: {
    kind: 'conflict',
    summary: 'The version is there already, with other files. A version never changes.',
    hint: 'Raise `version` in the launch file and push again.',
  },
  VERSION_NOT_FOUND: {
    kind: 'not_found',
    summary: 'The model has no such version.',
    hint: '`slipway versions` lists what is there.',
  },
  VERSION_IN_USE: {
    kind: 'conflict',
    summary: 'The version cannot be deleted, since something points to it.',
    hint: 'Move or remove what the message names first.',
  },
  ALIAS_NOT_FOUND: {
    kind: 'not_found',
    summary: 'The model has no such alias, or no version that it could go back to.',
    hint: 'Point it to a version with `slipway promote`.',
  },
  APPROVAL_NEEDED: {
    kind: 'forbidden',
    summary: 'The change needs a second person, and cannot be asked for.',
    hint: 'Promote another version instead, or have the need of approval turned off first.',
  },
  APPROVAL_NOT_FOUND: {
    kind: 'not_found',
    summary: 'There is no request for approval with that id.',
    hint: '`slipway approvals` lists the open ones.',
  },
  APPROVAL_SELF: {
    kind: 'forbidden',
    summary: 'Whoever asked for an approval cannot give it.',
    hint: 'Ask a second person to approve.',
  },
  APPROVAL_CLOSED: {
    kind: 'conflict',
    summary:
      'The request for approval was decided already, was overtaken by another move of the alias, or has expired.',
    hint: 'Promote again to ask anew.',
  },
  STORE_UNAVAILABLE: {
    kind: 'unavailable',
    summary: 'The artifact store cannot be reached, refuses the request, or has no room.',
    hint: 'Check SLIPWAY_ARTIFACTS, its credentials and its room; then do it again: nothing was left half-done.',
  },
  STORE_URL: {
    kind: 'invalid',
    summary: 'The address of the artifact store is none that Slipway knows, or a setting that it needs is missing.',
    hint: 'Write `file:PATH` or `s3://bucket/prefix`.',
  },
  KEY_INVALID: {
    kind: 'invalid',
    summary: 'An API key cannot be made like this: its name, scopes, rate or end is none.',
    hint: 'Correct what the message names; `slipway keys create --help` shows the forms.',
  },
  KEY_NOT_FOUND: {
    kind: 'not_found',
    summary: 'There is no API key with that id.',
    hint: '`slipway keys list` shows them.',
  },
} as const satisfies Record<string, ErrorEntry>;
