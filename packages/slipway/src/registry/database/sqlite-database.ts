import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate as nextRound, setTimeout as sleep } from 'node:timers/promises';
import { fail } from '@slipway/core';
import { makeFolder } from '../../system/make-folder.ts';
import type { Cell, Database, Row, Transaction } from './database.ts';
import { isBusy, isMoved, sqliteFault } from './sqlite-fault.ts';
import { createTurns } from './turns.ts';

export interface SqliteOptions {
  /** Absolute. */
  readonly path: string;
  /** How long a transaction may wait for another process, before it is REGISTRY_UNAVAILABLE. */
  readonly waitMsMax: number;
  /** Else a file that is not there is REGISTRY_NOT_FOUND. */
  readonly create: boolean;
  /** Pages of 4 KiB that the file may grow to; as the disk allows, if left out. */
  readonly pagesMax?: number;
}

/** How long SQLite itself waits, and with it this thread: a moment. Longer waits leave the thread free. */
const blockingWaitMs = 15;
const retryMsMax = 20;
const statementsMax = 200;

/**
 * A database in one file, in WAL mode, with every commit on disk before it is acknowledged. Writers of several processes
 * wait for each other by SQLite's own lock; within this process writers have turns on one connection, and readers on
 * another, which no writer holds up.
 */
export async function openSqlite({ path, waitMsMax, create, pagesMax }: SqliteOptions): Promise<Database> {
  const fault = sqliteFault(path);
  const sqlite = await import('node:sqlite');
  if (!create && !existsSync(path))
    throw fail('REGISTRY_NOT_FOUND', { message: 'There is no registry yet.', where: path });
  await makeFolder(dirname(path)).catch((cause) => {
    throw fail('REGISTRY_UNAVAILABLE', { message: `The folder cannot be made: ${cause.message}.`, where: path, cause });
  });
  const connect = async () => {
    const open = () => openConnection(new sqlite.DatabaseSync(path, { timeout: blockingWaitMs }), pagesMax);
    try {
      return createLane(await untilFree(open, performance.now() + waitMsMax, isBusyOrMoved), waitMsMax);
    } catch (error) {
      throw fault(error);
    }
  };
  const writer = await connect();
  let reader: Promise<Lane> | undefined;
  return {
    dialect: 'sqlite',
    where: `sqlite:${path}`,
    async read(work) {
      reader ??= connect();
      const lane = await reader.catch((error) => {
        reader = undefined;
        throw error;
      });
      return lane.run('BEGIN', work).catch((error) => Promise.reject(fault(error)));
    },
    write: (work) => writer.run('BEGIN IMMEDIATE', work).catch((error) => Promise.reject(fault(error))),
    async close() {
      await (await reader)?.close();
      await writer.close();
    },
  };
}

interface Lane {
  run<T>(begin: string, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function openConnection(connection: DatabaseSync, pagesMax: number | undefined): DatabaseSync {
  try {
    if (pagesMax !== undefined) connection.exec(`PRAGMA max_page_count = ${pagesMax}`);
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** One connection, one transaction at a time. */
function createLane(connection: DatabaseSync, waitMsMax: number): Lane {
  const turn = createTurns();
  const transaction = transactionOn(connection);
  return {
    run(begin, work) {
      // Counted from here: who stands in a row behind others that wait must not wait that much longer.
      const endMs = performance.now() + waitMsMax;
      return turn(async () => {
        // SQLite answers at once: without this, a loop of transactions would keep everything else from its turn.
        await nextRound();
        await untilFree(() => connection.exec(begin), endMs);
        try {
          const result = await work(transaction);
          // A commit that finds the database busy leaves the transaction open, so it can be tried again.
          await untilFree(() => connection.exec('COMMIT'), performance.now() + waitMsMax);
          return result;
        } catch (error) {
          // SQLite ends some transactions by itself, such as one that found the disk full.
          if (connection.isTransaction) connection.exec('ROLLBACK');
          throw error;
        }
      });
    },
    close: () => turn(async () => connection.close()),
  };
}

function transactionOn(connection: DatabaseSync): Transaction {
  const prepared = new Map<string, StatementSync>();
  return {
    async all(sql, ...parameters) {
      let statement = prepared.get(sql);
      if (statement === undefined) {
        if (prepared.size === statementsMax) prepared.clear();
        statement = connection.prepare(sql);
        prepared.set(sql, statement);
      }
      return statement.all(...(parameters as Cell[])) as unknown as readonly Row[];
    },
  };
}

/** To open it again finds the file that has the name now, as after a restore. */
function isBusyOrMoved(error: unknown): boolean {
  return isBusy(error) || isMoved(error);
}

/** Does a step, and does it again while another process is in the way. */
async function untilFree<T>(step: () => T, endMs: number, isPassing = isBusy): Promise<T> {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if (!isPassing(error) || performance.now() > endMs) throw error;
    }
    // Waiters that woke together would meet again.
    await sleep(1 + Math.random() * retryMsMax);
  }
}
