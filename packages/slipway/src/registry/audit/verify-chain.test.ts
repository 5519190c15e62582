import { describe, expect, test } from 'vitest';
import type { AuditEntry, AuditHead } from '../types.ts';
import { entryHash, noHash } from './entry-hash.ts';
import { verifyChain } from './verify-chain.ts';

// Every fault at every place of a log of seven entries.
const length = 7;
const places = Array.from({ length }, (_, index) => index + 1);
const entries = chain(places.map((sequence) => `1.${sequence}.0`));
const head = headOf(entries);

test('a log is intact as it was written, also the empty one', () => {
  expect(verifyChain(entries, head)).toEqual({ intact: true, head });
  expect(verifyChain([], { sequence: 0, hash: noHash })).toMatchObject({ intact: true });
});

test('a head that was kept of any moment fits the log that went on from there', () => {
  for (const place of places) expect(verifyChain(entries, head, headOf(entries.slice(0, place))).intact).toBe(true);
});

describe.each(places)('at entry %i', (place) => {
  const index = place - 1;

  test.each(['at', 'by', 'action', 'model', 'subject', 'why', 'evidence', 'details'] as const)(
    'an edited %s',
    (field) => {
      const other: Partial<AuditEntry> = { [field]: field === 'by' ? { kind: 'person', id: 'eve' } : 'another' };
      const edited = entries.with(index, { ...entries[index], ...other });
      expect(verifyChain(edited, head)).toMatchObject({ intact: false, fault: 'edited', sequence: place });
    },
  );

  test('an edited entry with its hash made anew', () => {
    const edited = entries.with(index, hashed({ ...entries[index], why: 'another' }));
    expect(verifyChain(edited, head)).toMatchObject({ intact: false, fault: 'edited', sequence: place });
  });

  test('a removed entry, with the rest as it was, and with the rest renumbered', () => {
    const removed = entries.toSpliced(index, 1);
    const fault = place === length ? 'cut' : 'removed';
    expect(verifyChain(removed, head)).toMatchObject({ fault, sequence: place });
    expect(verifyChain(renumbered(removed), head)).toMatchObject({ fault, sequence: place });
  });

  test('an inserted entry: foreign, linked correctly, and a copy', () => {
    const foreign = { ...entries[index], why: 'foreign', hash: 'f'.repeat(64), previousHash: 'e'.repeat(64) };
    const linked = hashed({ ...entries[index], why: 'foreign' });
    for (const inserted of [foreign, linked, entries[(index + 3) % length]]) {
      const faulty = renumbered(entries.toSpliced(index, 0, inserted));
      expect(verifyChain(faulty, head)).toMatchObject({ fault: 'inserted', sequence: place });
    }
  });

  test('an entry that changed places with a later one', () => {
    for (let other = index + 1; other < length; other++) {
      const swapped = entries.with(index, entries[other]).with(other, entries[index]);
      expect(verifyChain(renumbered(swapped), head)).toMatchObject({ fault: 'reordered', sequence: place });
    }
  });

  test('a log that was cut there is found by the head, and by a head that was kept', () => {
    const cut = entries.slice(0, index);
    expect(verifyChain(cut, head)).toMatchObject({ fault: 'cut', sequence: place });
    expect(verifyChain(cut, headOf(cut))).toMatchObject({ intact: true });
    expect(verifyChain(cut, headOf(cut), head)).toMatchObject({ fault: 'cut', sequence: place });
  });

  test('a log that was made anew from there looks intact, but not beside a head that was kept', () => {
    const names = places.map((sequence) => (sequence < place ? `1.${sequence}.0` : `6.6.${sequence}`));
    const forged = chain(names);
    expect(verifyChain(forged, headOf(forged)).intact).toBe(true);
    expect(verifyChain(forged, headOf(forged), head)).toMatchObject({ fault: 'edited', sequence: length });
    const early = headOf(entries.slice(0, index));
    expect(verifyChain(forged, headOf(forged), early).intact).toBe(true);
  });
});

test('an entry that was appended behind the back of the registry', () => {
  const more = chain([...places, length + 1].map((sequence) => `1.${sequence}.0`));
  expect(verifyChain(more, head)).toMatchObject({ fault: 'inserted', sequence: length + 1 });
});

test('the hash of an entry is the same for all time', () => {
  expect(entries[0].hash).toBe('074128e2c842a0dd5e0ed919144f33b2a0108d7bd8a45404e590ac7482505d7a');
});

function chain(versions: readonly string[]): AuditEntry[] {
  const made: AuditEntry[] = [];
  for (const [index, version] of versions.entries()) {
    const unhashed: Omit<AuditEntry, 'hash'> = {
      ...{ sequence: index + 1, at: '2026-11-24T12:00:00.000Z', by: { kind: 'person', id: 'ana' } },
      ...{ action: 'version.push', model: 'm', subject: `m@${version}`, why: null, evidence: { auc: 0.9 } },
      ...{ details: { b: [1, 2], a: null }, previousHash: made.at(-1)?.hash ?? noHash },
    };
    made.push(hashed(unhashed));
  }
  return made;
}

function hashed(entry: Omit<AuditEntry, 'hash'>): AuditEntry {
  return { ...entry, hash: entryHash(entry) };
}

function renumbered(log: readonly AuditEntry[]): AuditEntry[] {
  return log.map((entry, index) => ({ ...entry, sequence: index + 1 }));
}

function headOf(log: readonly AuditEntry[]): AuditHead {
  return { sequence: log.length, hash: log.at(-1)?.hash ?? noHash };
}
