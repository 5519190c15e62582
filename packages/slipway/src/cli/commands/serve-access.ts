import { fail, isSlipwayError } from '@slipway/core';
import { type AuthMode, type OpenedKeys, openAccess } from '../../online/access/open-access.ts';
import type { Access } from '../../online/ports.ts';
import { registryOf } from '../../registry/place.ts';
import type { Registry } from '../../registry/ports.ts';
import { systemClock } from '../../system/clock.ts';
import type { Io } from '../io.ts';
import { surroundingsOf } from '../surroundings.ts';

/** What `serve` is told of who may come in. */
export interface AccessSettings {
  readonly host: string;
  readonly auth: AuthMode;
  readonly jwtJwks?: string;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
}

export interface AskedAccess {
  readonly access: Access;
  close(): Promise<void>;
}

/** With the second for which a connection is remembered, a key that was revoked ends within the 5 s that are promised. */
const staleMsMax = 4000;

/** Access as the settings want it. The registry is opened only where its keys are needed. */
export async function openAskedAccess(settings: AccessSettings, io: Io): Promise<AskedAccess> {
  let registry: Registry | null = null;
  const close = async () => registry?.close();
  const openKeys = async (): Promise<OpenedKeys | null> => {
    const adminKey = io.env.SLIPWAY_ADMIN_KEY || null;
    registry = await registryIfThere(io, adminKey !== null);
    if (registry === null) return null;
    const { startKeys } = await import('../../keys/start-keys.ts');
    const { keyState } = await import('../../keys/key-state.ts');
    const { keys } = await startKeys(registry, systemClock, { adminKey, staleMsMax });
    const all = await registry.keys();
    return { keys, isEmpty: !all.some((key) => keyState(key, systemClock.wallMs()) === 'active') };
  };
  try {
    const { host, auth: mode } = settings;
    const access = await openAccess({ mode, host, openKeys, tokens: tokensOf(settings), clock: systemClock });
    return { access, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** To ask for keys makes no registry where there is none; an admin key does, since it has to be kept. */
async function registryIfThere(io: Io, create: boolean): Promise<Registry | null> {
  try {
    return await registryOf(surroundingsOf(io), { create });
  } catch (thrown) {
    if (isSlipwayError(thrown) && thrown.code === 'REGISTRY_NOT_FOUND') return null;
    throw thrown;
  }
}

/** All three facts of an issuer, or none: a token without a known audience may be meant for anybody. */
function tokensOf({ jwtJwks: jwks, jwtIssuer: issuer, jwtAudience: audience }: AccessSettings) {
  if (jwks === undefined && issuer === undefined && audience === undefined) return null;
  if (jwks && issuer && audience) return { jwks, issuer, audience };
  throw fail('USAGE', {
    message: 'Of the issuer of tokens not all is known.',
    hint: 'Give --jwt-jwks, --jwt-issuer and --jwt-audience together, or none of them.',
  });
}
