import type { AuditEntry, AuditHead, AuditVerdict } from '../types.ts';
import { entryHash, noHash } from './entry-hash.ts';

type Fault = Extract<AuditVerdict, { intact: false }>;

/**
 * Whether a log is what was written to it. Each entry names the hash of the one before, so a change in the middle shows;
 * the head shows what was taken from the end. Who can write all tables can make the whole chain anew after a change:
 * that shows only against a head that was kept elsewhere (`kept`).
 * `entries` are all rows in the order of their sequences; `head` is the row that the registry keeps of the end.
 */
export function verifyChain(entries: readonly AuditEntry[], head: AuditHead, kept?: AuditHead): AuditVerdict {
  const fault = chainFault(entries) ?? endFault(entries, head, 'the registry') ?? excess(entries, head);
  if (fault !== null) return fault;
  const rewritten = kept === undefined ? null : endFault(entries, kept, 'the head that was kept');
  return rewritten ?? { intact: true, head };
}

function chainFault(entries: readonly AuditEntry[]): Fault | null {
  let last = noHash;
  for (const [index, entry] of entries.entries()) {
    if (entry.sequence !== index + 1 || entry.previousHash !== last || entryHash(entry) !== entry.hash) {
      return classified(entries, index, last);
    }
    last = entry.hash;
  }
  return null;
}

/** What was done to the first entry that is wrong. `last` is the hash of the one before it. */
function classified(entries: readonly AuditEntry[], index: number, last: string): Fault {
  const entry = entries[index];
  const sequence = index + 1;
  const before = entries[index - 1];
  const rightful = entries.findIndex((other, place) => place > index && other.previousHash === last);
  // A foreign entry that was linked correctly looks right itself; the one after it, which still names the one before, tells.
  if (before !== undefined && entry.previousHash === before.previousHash && isGenuine(entry, sequence - 1)) {
    return fault('inserted', sequence - 1, 'is not of this log: the entry after it follows on the one before');
  }
  if (entry.sequence > sequence) return fault('removed', sequence, 'lacks');
  if (rightful > index && isGenuine(entries[rightful], sequence)) {
    return entry.previousHash === last || !isPartOf(entries, entry)
      ? fault('inserted', sequence, 'is not of this log: the entry that belongs there comes after it')
      : fault('reordered', sequence, `stands in the place of the one that is now entry ${rightful + 1}`);
  }
  if (entry.sequence < sequence) return fault('inserted', sequence, `repeats the number ${entry.sequence}`);
  if (entry.previousHash === last) return fault('edited', sequence, 'does not have the hash of its content');
  if (isGenuine(entry, sequence)) {
    return fault('edited', sequence - 1, 'was changed and given a new hash: the entry after it names another');
  }
  if (isLater(entries, entry, sequence)) return fault('removed', sequence, 'lacks: a later one has its number');
  return fault('edited', sequence, 'does not have the hash of its content');
}

/** Its hash is that of its content, if its number was `sequence` when it was written. */
function isGenuine(entry: AuditEntry, sequence: number): boolean {
  return entryHash({ ...entry, sequence }) === entry.hash;
}

/** Other entries name its hash, or it names that of another. */
function isPartOf(entries: readonly AuditEntry[], entry: AuditEntry): boolean {
  return entries.some(
    (other) => other !== entry && (other.previousHash === entry.hash || other.hash === entry.previousHash),
  );
}

/** It had a later number when it was written. No more entries can be gone than the log ever had; a few thousand are tried. */
function isLater(entries: readonly AuditEntry[], entry: AuditEntry, sequence: number): boolean {
  const numbersMax = entries.length + 10_000;
  for (let number = sequence + 1; number <= numbersMax; number++) if (isGenuine(entry, number)) return true;
  return false;
}

function endFault(entries: readonly AuditEntry[], head: AuditHead, keeper: string): Fault | null {
  if (entries.length < head.sequence) {
    return fault('cut', entries.length + 1, `lacks: ${keeper} knows ${head.sequence} entries`);
  }
  const hash = head.sequence === 0 ? noHash : entries[head.sequence - 1].hash;
  if (hash === head.hash) return null;
  return fault(
    'edited',
    Math.max(1, head.sequence),
    `or one before it was changed and every hash made anew: ${keeper} knows another hash`,
  );
}

function excess(entries: readonly AuditEntry[], head: AuditHead): Fault | null {
  if (entries.length === head.sequence) return null;
  return fault('inserted', head.sequence + 1, `is not of this log: the registry knows ${head.sequence} entries`);
}

function fault(kind: Fault['fault'], sequence: number, what: string): Fault {
  return { intact: false, fault: kind, sequence, message: `Entry ${sequence} ${what}.` };
}
