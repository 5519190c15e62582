import type { ErrorEntry } from './error-entry.ts';

/** Errors of the settings of a place and of API keys. A part of the registry of errors. */
export const settingErrors = {
  SETTINGS_NOT_FOUND: {
    kind: 'not_found',
    summary: 'The settings file, or a secret file, that a variable names is not there or cannot be read.',
    hint: 'Correct the path in the variable that the message names.',
  },
  SETTINGS_SYNTAX: {
    kind: 'invalid',
    summary: 'The settings file, slipway.config.yaml, is not valid YAML.',
    hint: 'Mend the line that the message names.',
  },
  SETTINGS_INVALID: {
    kind: 'invalid',
    summary: 'A setting has a value that it cannot take, or slipway.config.yaml has a field that there is not.',
    hint: 'Correct what the message names; `slipway config` shows every setting and where it comes from.',
  },
} as const satisfies Record<string, ErrorEntry>;
