import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fail } from '@slipway/core';
import type { Resources } from './resources.ts';

export interface QueryEngine {
  readonly connection: DuckDBConnection;
  /** Runs one statement and answers how many rows it changed; rejects with CANCELLED when the signal aborts it. */
  run(sql: string, signal: AbortSignal): Promise<number>;
  /** Changes what it may use. */
  limit(resources: Resources): Promise<void>;
  close(): void;
}

/** A DuckDB of its own for one run: within its bounds, and the same on and off line. */
export async function openQueryEngine(resources: Resources, spillFolder: string): Promise<QueryEngine> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(resources.threads),
    memory_limit: `${resources.memoryBytes}B`,
    temp_directory: spillFolder,
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // A file is read once: keeping its bytes would only fill the memory.
    enable_external_file_cache: 'false',
  });
  const connection = await instance.connect();
  return {
    connection,
    run: (sql, signal) => run(connection, sql, signal),
    async limit({ threads, memoryBytes }) {
      await connection.run(`SET threads = ${threads}; SET memory_limit = '${memoryBytes}B'`);
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function run(connection: DuckDBConnection, sql: string, signal: AbortSignal): Promise<number> {
  throwIfAborted(signal);
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return (await connection.run(sql)).rowsChanged;
  } catch (thrown) {
    throwIfAborted(signal);
    throw thrown;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** Raises CANCELLED once the signal has aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled();
}

function cancelled(): Error {
  return fail('CANCELLED', { message: 'The run was stopped; it left no output.' });
}

/** What the promise answers, unless the signal aborts first: then it rejects with CANCELLED. */
export async function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  throwIfAborted(signal);
  const stop = Promise.withResolvers<never>();
  const onAbort = () => stop.reject(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, stop.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
