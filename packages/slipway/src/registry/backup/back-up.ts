import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '@slipway/core';
import { syncFolder } from '../../system/sync-path.ts';
import { headOf } from '../audit/append-entry.ts';
import { readVerdict } from '../audit/read-verdict.ts';
import { type Database, firstRow, type Transaction } from '../database/database.ts';
import type { BackupHeader, BackupResult, BackupSummary } from './backup-file.ts';
import { backupTables } from './backup-tables.ts';
import { readThrough } from './read-backup.ts';

const pageRows = 500;

/**
 * Writes the whole registry, as it is at one moment, into one file of JSON lines; everybody goes on working meanwhile.
 * The file is there complete or not at all, and is never put over another: FILE_EXISTS. It is read back before it counts. The audit log is verified at the
 * same moment, and saved with a fault in it only `anyway`: as evidence, since such a file is not restored. Raises
 * OUTPUT_NOT_WRITABLE.
 */
export async function backUp(
  database: Database,
  file: string,
  at: string,
  { anyway }: { readonly anyway: boolean },
): Promise<BackupResult> {
  const partial = `${file}.partial`;
  const handle = await openNew(file, partial);
  try {
    const result = await database.read(async (transaction): Promise<BackupResult> => {
      const audit = await readVerdict(transaction);
      if (!audit.intact && !anyway) return { saved: false, audit };
      return { saved: true, audit, ...(await writeAll(transaction, handle, at)) };
    });
    await handle.sync();
    await handle.close();
    if (!result.saved) {
      await rm(partial);
      return result;
    }
    await checkWritten(partial, file);
    await rename(partial, file);
    await syncFolder(dirname(file));
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw asNotWritable(error, file);
  }
}

/** A backup counts when it has been read back: a disk may keep less than it was given. */
async function checkWritten(partial: string, file: string): Promise<void> {
  await readThrough(partial).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail('OUTPUT_NOT_WRITABLE', {
      message: `The backup was written, but is not what was written when it is read back: ${reason}`,
      where: file,
      cause,
    });
  });
}

async function writeAll(transaction: Transaction, handle: FileHandle, at: string): Promise<BackupSummary> {
  const schema = await firstRow(transaction, 'SELECT version, minimum_reader FROM slipway_schema');
  const auditHead = await headOf(transaction);
  const header: BackupHeader = {
    ...{ slipwayBackup: 1, at, schema: Number(schema?.version), minimumReader: Number(schema?.minimum_reader) },
    auditHead,
  };
  const hash = createHash('sha256');
  const write = async (lines: readonly unknown[]) => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    hash.update(text);
    // Unlike `write`, this goes on where the disk took a part.
    await handle.appendFile(text);
  };
  await write([header]);
  let rows = 0;
  for (const { table, key } of backupTables) {
    for (let offset = 0; ; offset += pageRows) {
      const page = await transaction.all(`SELECT * FROM ${table} ORDER BY ${key} LIMIT ? OFFSET ?`, pageRows, offset);
      await write(page.map((row) => ({ table, row })));
      rows += page.length;
      if (page.length < pageRows) break;
    }
  }
  await handle.appendFile(`${JSON.stringify({ rows, sha256: hash.digest('hex') })}\n`);
  return { rows, auditHead };
}

/** The name is taken at once, so that two backups to one file cannot mix. */
async function openNew(file: string, partial: string): Promise<FileHandle> {
  const exists = await open(file, 'r').then(
    async (handle) => {
      await handle.close();
      return true;
    },
    () => false,
  );
  if (exists) {
    throw fail('FILE_EXISTS', {
      message: 'A backup is never written over another file.',
      where: file,
      hint: 'Choose another name, such as one with the day in it.',
    });
  }
  try {
    // Keys are in it, if only by their digests: it is for the owner alone.
    return await open(partial, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw fail('FILE_EXISTS', {
        message: 'Another backup to this file is under way, or was stopped half-way.',
        where: partial,
        hint: 'If no other backup runs, remove the file.',
        cause: error,
      });
    }
    throw asNotWritable(error, file);
  }
}

function asNotWritable(error: unknown, file: string): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return fail('OUTPUT_NOT_WRITABLE', {
    message: `The backup cannot be written: ${message}.`,
    where: file,
    cause: error,
  });
}
