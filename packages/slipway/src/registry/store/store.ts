import type { Clock } from '@slipway/core';
import { appendEntry, type Deed, lockHead } from '../audit/append-entry.ts';
import type { Database, Transaction } from '../database/database.ts';
import type { Change, Instant } from '../types.ts';

/** What the parts of the registry share: a database, and changes that are audited. */
export interface Store {
  readonly dialect: Database['dialect'];
  read<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** One change at a time, over all processes: the head of the log is locked before `work` begins. */
  change<T>(work: (writing: Writing) => Promise<T>): Promise<T>;
  now(): Instant;
}

/** A change under way. */
export interface Writing {
  readonly transaction: Transaction;
  readonly now: Instant;
  /** Appends to the audit log, in this transaction. Answers the sequence of the entry. */
  append(change: Change, deed: Deed): Promise<number>;
}

export function createStore(database: Database, clock: Clock): Store {
  const now = () => new Date(clock.wallMs()).toISOString();
  return {
    dialect: database.dialect,
    read: database.read,
    change: (work) =>
      database.write(async (transaction) => {
        let head = await lockHead(transaction, database.dialect);
        const instant = now();
        return work({
          transaction,
          now: instant,
          async append(change, deed) {
            const entry = await appendEntry(transaction, head, instant, change, deed);
            head = { sequence: entry.sequence, hash: entry.hash };
            return entry.sequence;
          },
        });
      }),
    now,
  };
}
