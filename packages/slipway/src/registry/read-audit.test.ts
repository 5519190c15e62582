import { expect, test } from 'vitest';
import type { Registry } from './ports.ts';
import { readAudit } from './read-audit.ts';
import type { AuditEntry, AuditFilter } from './types.ts';

/** A log of so many entries, one a minute, every third of them about `a`. */
function logOf(count: number) {
  const asked: AuditFilter[] = [];
  const entries = Array.from({ length: count }, (_, index) => ({
    sequence: index + 1,
    at: new Date(Date.parse('2026-11-24T00:00:00Z') + 60_000 * index).toISOString(),
    model: index % 3 === 0 ? 'a' : 'b',
  })) as unknown as readonly AuditEntry[];
  const registry = {
    auditHead: async () => ({ sequence: count, hash: '' }),
    audit: async (filter: AuditFilter) => {
      asked.push(filter);
      const { after = 0, model, limit = 1000 } = filter;
      return entries
        .filter((entry) => entry.sequence > after && (model === undefined || entry.model === model))
        .slice(0, limit);
    },
  } as unknown as Registry;
  return { registry, asked };
}

const sequences = (entries: readonly AuditEntry[]) => entries.map(({ sequence }) => sequence);

test('the newest entries are found without reading the log from its beginning', async () => {
  const { registry, asked } = logOf(5000);
  const entries = await readAudit(registry, { model: undefined, since: undefined, limit: 3 });
  expect(sequences(entries)).toEqual([4998, 4999, 5000]);
  expect(asked).toHaveLength(1);
});

test('a filter goes through all pages, and answers the newest that fit', async () => {
  const { registry, asked } = logOf(5000);
  const entries = await readAudit(registry, { model: 'a', since: undefined, limit: 2 });
  expect(sequences(entries)).toEqual([4996, 4999]);
  expect(asked.length).toBeGreaterThan(1);
});

test('entries before a time are left out', async () => {
  const { registry } = logOf(2500);
  const entries = await readAudit(registry, { model: undefined, since: '2026-11-25T17:38:00.000Z', limit: 50 });
  expect(sequences(entries)).toEqual([2499, 2500]);
});

test('more than there is is all there is', async () => {
  const { registry } = logOf(2);
  expect(sequences(await readAudit(registry, { model: undefined, since: undefined, limit: 50 }))).toEqual([1, 2]);
  const empty = await readAudit(logOf(0).registry, { model: undefined, since: undefined, limit: 5 });
  expect(empty).toEqual([]);
});
