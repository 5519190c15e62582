import { fail } from '@slipway/core';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import type { Cell, Database, Row, Transaction } from './database.ts';
import { postgresFault, type Stage } from './postgres-fault.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with the parameters that `pg` knows, such as `sslmode`. */
  readonly url: string;
  /** How long a connection or a lock may take before it is REGISTRY_UNAVAILABLE; a statement may take twice as long. */
  readonly waitMsMax: number;
}

/** For reading, and as many for writing. */
const connectionsMax = 4;
const bigint = 20;

/**
 * A PostgreSQL database. Writers wait for each other at a row lock, which they take with their first statement; at READ
 * COMMITTED each later statement then sees all that was committed before. Readers see one snapshot and wait for nobody.
 */
export async function openPostgres({ url, waitMsMax }: PostgresOptions): Promise<Database> {
  const { default: pg } = await import('pg');
  const where = withoutPassword(url);
  const fault = postgresFault(where);
  // Sequences and revisions stay far below 2^53, so that numbers hold them.
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === bigint ? Number : pg.types.getTypeParser(oid, format as 'text'),
  };
  const settings: PoolConfig = {
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: waitMsMax,
    // The server's own limits end a statement first; this one is for a server that has gone silent.
    query_timeout: 3 * waitMsMax,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'slipway',
    types: types as never,
  };
  // Writers that wait for their lock must not hold the connections that readers need.
  const pools = { read: new pg.Pool(settings), write: new pg.Pool(settings) };
  // An idle connection that breaks is taken out of its pool; whoever needs one next gets a new one.
  for (const pool of Object.values(pools)) pool.on('error', () => undefined);
  const limits = `SET LOCAL lock_timeout = ${waitMsMax}; SET LOCAL statement_timeout = ${2 * waitMsMax}; SET LOCAL idle_in_transaction_session_timeout = ${2 * waitMsMax}`;
  // Durable even where the database's default is not; stronger settings stay as they are.
  const durable = `SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'`;
  const run = async <T>(pool: Pool, begin: string, work: (transaction: Transaction) => Promise<T>) => {
    const client = await pool.connect().catch((error) => Promise.reject(fault(error, 'connecting')));
    return inTransaction(client, begin, work, fault);
  };
  return {
    dialect: 'postgres',
    where,
    read: (work) => run(pools.read, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${limits}`, work),
    write: (work) => run(pools.write, `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${limits}; ${durable}`, work),
    async close() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
}

async function inTransaction<T>(
  client: PoolClient,
  begin: string,
  work: (transaction: Transaction) => Promise<T>,
  fault: ReturnType<typeof postgresFault>,
): Promise<T> {
  let stage: Stage = 'working';
  // A checked-out connection that breaks between two statements says so here; the next statement fails, too.
  const ignore = () => undefined;
  client.on('error', ignore);
  const release = (broken: boolean) => {
    client.off('error', ignore);
    client.release(broken);
  };
  try {
    await client.query(begin);
    const result = await work(transactionOn(client));
    stage = 'committing';
    await client.query('COMMIT');
    release(false);
    return result;
  } catch (error) {
    const undone =
      stage === 'committing'
        ? false
        : await client.query('ROLLBACK').then(
            () => true,
            () => false,
          );
    release(!undone);
    throw fault(error, stage);
  }
}

function transactionOn(client: PoolClient): Transaction {
  return {
    async all(sql: string, ...parameters: readonly Cell[]) {
      const { rows } = await client.query<Row>(numbered(sql), [...parameters]);
      return rows;
    },
  };
}

/** PostgreSQL numbers its parameters. None of our statements has a `?` of another meaning. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${++count}`);
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) throw fail('REGISTRY_URL', { message: 'The address of the registry is not a URL.' });
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = '***';
  for (const name of ['password', 'sslpassword'])
    if (parsed.searchParams.has(name)) parsed.searchParams.set(name, '***');
  return parsed.href;
}
