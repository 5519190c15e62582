import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fail } from '@slipway/core';
import { makeFolder } from '../system/make-folder.ts';
import { carryOut } from './change-files.ts';
import { type Erasure, erasedBy } from './erasures.ts';
import { dayFilesQuery, openLogEngine, sqlText } from './log-engine.ts';
import { type LogPlaces, listDayFiles } from './log-files.ts';
import { withoutErased } from './set-aside.ts';

/**
 * Writes each compacted file, and each that was set aside, that holds rows of an erasure again without them, and puts
 * all in place at once. Answers how many files. Only for who holds the lock.
 */
export async function rewriteFiles(places: LogPlaces, erasure: Erasure): Promise<number> {
  const condition = erasedBy(erasure);
  const staging = join(places.staging, randomBytes(6).toString('hex'));
  await makeFolder(staging);
  const engine = await openLogEngine(join(places.staging, 'spill'));
  const aside = await withoutErased(places, erasure, staging);
  const adds = [...aside.adds];
  const removes = [...aside.removes];
  const count = async (file: string, where: string) => {
    const read = await engine.connection.runAndReadAll(
      `SELECT count(*)::INTEGER FROM (${dayFilesQuery([file])}) WHERE ${where}`,
    );
    return Number(read.getRowsJson()[0]?.[0]);
  };
  try {
    for (const { file } of await listDayFiles(places)) {
      if ((await count(file, condition).catch((cause) => unreadable(file, cause))) === 0) continue;
      removes.push(file);
      if ((await count(file, `NOT ${condition}`)) === 0) continue;
      const from = join(staging, `${removes.length}.parquet`);
      const rows = `SELECT * FROM (${dayFilesQuery([file])}) WHERE NOT ${condition}`;
      await engine.connection.run(`COPY (${rows}) TO ${sqlText(from)} (FORMAT parquet, COMPRESSION zstd)`);
      adds.push({ from, to: join(dirname(file), `${randomBytes(8).toString('hex')}.parquet`) });
    }
  } finally {
    engine.close();
  }
  await carryOut(places, { adds, removes });
  return removes.length;
}

function unreadable(file: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw fail('LOG_CORRUPT', { message: `A compacted file cannot be read: ${reason}`, where: file, cause });
}
