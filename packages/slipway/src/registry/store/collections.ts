import { fail } from '@slipway/core';
import { firstRow, type Transaction } from '../database/database.ts';
import type { Collections } from '../ports.ts';
import type { Digest, VersionFiles } from '../types.ts';
import { checkChange } from './check-input.ts';
import { digestsIn } from './digests-in-use.ts';
import type { Store } from './store.ts';

const action = 'artifacts.collect';
/** Of the entry with which a collection begins. That with which it ends has the number of the first behind it. */
const subject = 'artifacts';

/** What removes files, and what names them, each see in the log what the other has written down before. */
export function createCollections(store: Store): Collections {
  return {
    async beginCollection(wanted, change) {
      checkChange(change);
      return store.change(async ({ transaction, append }) => {
        const inUse = await digestsIn(transaction);
        const digests = wanted.filter((digest) => !inUse.has(digest));
        if (digests.length === 0) return null;
        const details = { stage: 'begun', digests };
        const sequence = await append(change, { action, model: null, subject, details });
        return { sequence, digests };
      });
    },
    isCollecting: (sequence) => store.read((transaction) => isOpen(transaction, sequence)),
    async endCollection(sequence, removed, change) {
      checkChange(change);
      await store.change(async ({ transaction, append }) => {
        // What was removed is said even where somebody else has ended it.
        if (removed.length === 0 && !(await isOpen(transaction, sequence))) return;
        const details = { stage: 'ended', begun: sequence, digests: [...removed] };
        await append(change, { action, model: null, subject: endOf(sequence), details });
      });
    },
  };
}

/** Raises ARTIFACT_NOT_FOUND, with the number of the collection, where one of the files is about to go. */
export async function demandUncollected(transaction: Transaction, files: VersionFiles): Promise<void> {
  const named = new Set<unknown>(Object.values(files));
  for (const { sequence, digests } of await openCollections(transaction)) {
    const taken = digests.find((digest) => named.has(digest));
    if (taken === undefined) continue;
    throw fail('ARTIFACT_NOT_FOUND', {
      message: `${taken} is being removed from the artifact store by \`slipway gc\` (entry ${sequence} of the audit log).`,
      hint: 'Push again when it has ended.',
      details: { collection: sequence },
    });
  }
}

async function openCollections(
  transaction: Transaction,
): Promise<readonly { readonly sequence: number; readonly digests: readonly Digest[] }[]> {
  const sql = 'SELECT sequence, subject FROM slipway_audit WHERE model IS NULL AND action = ? ORDER BY sequence';
  const entries = await transaction.all(sql, action);
  const ended = new Set(entries.map((entry) => String(entry.subject)));
  const open: { sequence: number; digests: readonly Digest[] }[] = [];
  for (const entry of entries) {
    const sequence = Number(entry.sequence);
    if (entry.subject !== subject || ended.has(endOf(sequence))) continue;
    const row = await firstRow(transaction, 'SELECT details FROM slipway_audit WHERE sequence = ?', sequence);
    const details = JSON.parse(String(row?.details)) as { stage?: unknown; digests: readonly Digest[] };
    if (details.stage === 'begun') open.push({ sequence, digests: details.digests });
  }
  return open;
}

async function isOpen(transaction: Transaction, sequence: number): Promise<boolean> {
  const sql = 'SELECT sequence FROM slipway_audit WHERE model IS NULL AND action = ? AND subject = ?';
  return (await firstRow(transaction, sql, action, endOf(sequence))) === undefined;
}

function endOf(sequence: number): string {
  return `${subject}:${sequence}`;
}
