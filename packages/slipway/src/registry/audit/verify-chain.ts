import { counted } from '../../system/wording.ts';
import type { AuditEntry, AuditHead, AuditVerdict } from '../types.ts';
import { entryHash, noHash } from './entry-hash.ts';

type Fault = Exclude<Extract<AuditVerdict, { intact: false }>, { fault: 'state' }>;

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

/**
 * What was done to the first entry that is wrong, by the number that it had when it was written: only with that one its
 * hash fits. `last` is the hash of the entry before it.
 */
function classified(entries: readonly AuditEntry[], index: number, last: string): Fault {
  const entry = entries[index];
  const sequence = index + 1;
  const rightful = entries.findIndex(
    (other, place) => place > index && other.previousHash === last && isGenuine(other, sequence),
  );
  const isCopy = entries.some((other, place) => place !== index && other.hash === entry.hash);
  const number = originalNumber(entry, entries.length);
  if (isCopy) return fault('inserted', sequence, 'is a copy of another');
  if (number === null) {
    return rightful === -1
      ? fault('edited', sequence, 'does not have the hash of its content')
      : fault('inserted', sequence, 'is not of this log: the entry that belongs there comes later');
  }
  if (number === sequence) {
    return fault('edited', sequence - 1, 'was changed and given a new hash: the entry after it names another');
  }
  // It would fit if one before it were not there; that one was linked correctly, and so looked right itself.
  if (number < sequence) return fault('inserted', number, 'is not of this log: the one that belongs there comes later');
  return rightful === -1
    ? fault('removed', sequence, 'is missing')
    : fault('reordered', sequence, `changed places with another: what stands there was entry ${number}`);
}

/** Its hash is that of its content, if its number was `sequence` when it was written. */
function isGenuine(entry: AuditEntry, sequence: number): boolean {
  return entryHash({ ...entry, sequence }) === entry.hash;
}

/** Null: with no number that is likely. A few thousand more entries than there are may have been. */
function originalNumber(entry: AuditEntry, length: number): number | null {
  if (isGenuine(entry, entry.sequence)) return entry.sequence;
  for (let number = 1; number <= length + 10_000; number++) if (isGenuine(entry, number)) return number;
  return null;
}

function endFault(entries: readonly AuditEntry[], head: AuditHead, keeper: string): Fault | null {
  if (entries.length < head.sequence) {
    return fault(
      'cut',
      entries.length + 1,
      `is missing: ${keeper} knows ${counted(head.sequence, 'entry', 'entries')}`,
    );
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
  return fault(
    'inserted',
    head.sequence + 1,
    `is not of this log: the registry knows ${counted(head.sequence, 'entry', 'entries')}`,
  );
}

function fault(kind: Fault['fault'], sequence: number, what: string): Fault {
  return { intact: false, fault: kind, sequence, message: `Entry ${sequence} ${what}.` };
}
