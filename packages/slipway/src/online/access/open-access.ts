import { fail } from '@slipway/core';
import type { KeyChecker } from '../../keys/open-keys.ts';
import type { Access } from '../ports.ts';
import { createAccess } from './access.ts';
import { keyRecogniser } from './key-recogniser.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { type TokenOptions, tokenRecogniser } from './token-recogniser.ts';

/** `auto` asks for a key or a token wherever other machines reach the server. */
export type AuthMode = 'auto' | 'required' | 'none';

export interface OpenedKeys {
  readonly keys: Pick<KeyChecker, 'check'>;
  /** Whether no key lets anybody in. */
  readonly isEmpty: boolean;
}

export interface OpenAccessOptions {
  readonly mode: AuthMode;
  /** The address that the server listens on. */
  readonly host: string;
  /** Opens the keys of the registry; null where there is none. Not called where no key is needed. */
  readonly openKeys: () => Promise<OpenedKeys | null>;
  /** Null where tokens are not taken. */
  readonly tokens: Omit<TokenOptions, 'wallMs'> | null;
  readonly clock: { readonly wallMs: () => number; readonly monotonicMs: () => number };
}

/**
 * Access as a server has it from its start. Raises AUTH_REQUIRED where other machines reach it and nothing says who may
 * come in, and what opening the keys raises.
 */
export async function openAccess(options: OpenAccessOptions): Promise<Access> {
  const { mode, host, tokens, clock } = options;
  const limiter = createRateLimiter();
  if (mode === 'none' || (mode === 'auto' && isLoopback(host))) {
    return createAccess({ recognisers: [], anybody: true, limiter, clock });
  }
  const opened = await options.openKeys();
  if (opened?.isEmpty !== false && tokens === null) {
    throw fail('AUTH_REQUIRED', {
      message: isLoopback(host)
        ? 'No key and no issuer of tokens is known, so that nobody could come in.'
        : `Other machines reach ${host}, and no key and no issuer of tokens is known.`,
      where: host,
    });
  }
  const recognisers = [
    ...(tokens === null ? [] : [await tokenRecogniser({ ...tokens, wallMs: clock.wallMs })]),
    ...(opened === null ? [] : [keyRecogniser(opened.keys)]),
  ];
  return createAccess({ recognisers, anybody: false, limiter, clock });
}

/** Whether this machine alone reaches an address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
