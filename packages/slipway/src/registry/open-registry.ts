import { resolve } from 'node:path';
import { type Clock, fail } from '@slipway/core';
import { systemClock } from '../system/clock.ts';
import type { Database } from './database/database.ts';
import type { Registry } from './ports.ts';
import { migrate } from './schema/migrate.ts';
import { createAliases } from './store/aliases.ts';
import { createApprovals } from './store/approvals.ts';
import { createAudit } from './store/audit-log.ts';
import { createCollections } from './store/collections.ts';
import { createKeys } from './store/keys.ts';
import { createRecords } from './store/records.ts';
import { createStore } from './store/store.ts';
import { createVersions } from './store/versions.ts';

export interface OpenRegistryOptions {
  /** `sqlite:PATH`, relative to `folder`, or `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** The working folder, if left out. */
  readonly folder?: string;
  /** Whether a registry is made where there is none: the default. Else REGISTRY_NOT_FOUND. */
  readonly create?: boolean;
  /** Is told the address, without a password, where there was no registry and one was made. */
  readonly onMade?: (where: string) => void;
  /** How long a lock, a connection or a statement may take, before it is REGISTRY_UNAVAILABLE. 10 seconds, if left out. */
  readonly waitMsMax?: number;
  readonly clock?: Clock;
}

const defaultWaitMsMax = 10_000;

/**
 * Opens the registry, and brings its schema to this release. Raises REGISTRY_URL, REGISTRY_NOT_FOUND, REGISTRY_NEWER,
 * REGISTRY_UNAVAILABLE, REGISTRY_CORRUPT.
 */
export async function openRegistry(options: OpenRegistryOptions): Promise<Registry> {
  const database = await openDatabase(options);
  try {
    const { isNew } = await migrate(database, { create: options.create ?? true });
    if (isNew) options.onMade?.(database.where);
  } catch (error) {
    await database.close();
    throw error;
  }
  return registryOn(database, options.clock ?? systemClock);
}

/** The database behind an address, as it is: without a registry, or with one of any schema. */
export async function openDatabase(options: OpenRegistryOptions): Promise<Database> {
  const { url, folder = process.cwd(), create = true, waitMsMax = defaultWaitMsMax } = options;
  if (url.startsWith('sqlite:') && url.length > 'sqlite:'.length) {
    const { openSqlite } = await import('./database/sqlite-database.ts');
    return openSqlite({ path: resolve(folder, url.slice('sqlite:'.length)), waitMsMax, create });
  }
  if (/^postgres(ql)?:\/\//.test(url)) {
    const { openPostgres } = await import('./database/postgres-database.ts');
    return openPostgres({ url, waitMsMax });
  }
  throw fail('REGISTRY_URL', {
    message: `The address of the registry begins with ${JSON.stringify(url.split(':')[0])}.`,
  });
}

/** The registry in a database whose schema is there. */
export function registryOn(database: Database, clock: Clock): Registry {
  const store = createStore(database, clock);
  return {
    where: database.where,
    ...createVersions(store),
    ...createCollections(store),
    ...createAliases(store),
    ...createApprovals(store),
    ...createRecords(store),
    ...createAudit(store),
    ...createKeys(store),
    close: () => database.close(),
  };
}
