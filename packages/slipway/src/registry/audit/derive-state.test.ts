import { expect, test } from 'vitest';
import type { AuditEntry } from '../types.ts';
import { compareState } from './compare-state.ts';
import { deriveState } from './derive-state.ts';
import { rowKey } from './state-rows.ts';

const pushed = entry(1, 'version.push', 'm', 'm@1.0.0', {
  artifact: 'a',
  launch: 'l',
  reference: null,
  golden: null,
  proof: null,
});
const key = entry(2, 'key.create', null, 'key/k1', {
  name: 'ci',
  scopes: ['predict'],
  ratePerSecond: null,
  expiresAt: null,
  lastFour: null,
});

test('what an earlier release did not write down is named, and is no difference', () => {
  const derived = deriveState([key]);
  const tables = new Map([[rowKey('slipway_keys', 'k1'), cellsOf(derived, rowKey('slipway_keys', 'k1'))]]);
  expect(compareState(derived, tables)).toEqual({
    differences: [],
    uncompared: ['the secret of the key k1 is not in entry 2'],
  });
});

test('what an entry says holds until a later one says otherwise', () => {
  const derived = deriveState([
    pushed,
    entry(2, 'version.delete', 'm', 'm@1.0.0', {}),
    // Pushed anew, with another proof: the row that was there keeps its own.
    entry(3, 'version.push', 'm', 'm@1.0.0', { artifact: 'a', launch: 'l', reference: null, golden: null, proof: 'p' }),
  ]);
  const { facts } = derived.get(rowKey('slipway_versions', 'm', '1.0.0')) ?? {};
  expect(facts).toMatchObject({ proof: { value: null, since: 1 }, deleted_at: { value: null, since: 3 } });
});

test('rows that are missing and rows that nobody wrote are named, each by what it is', () => {
  const foreign = [
    rowKey('slipway_models', 'x'),
    rowKey('slipway_aliases', 'm', 'production'),
    rowKey('slipway_moves', 'm', 'production', 3),
    rowKey('slipway_records', 'run', 'r1'),
    rowKey('slipway_approvals', 'a7'),
  ];
  const { differences } = compareState(deriveState([pushed]), new Map(foreign.map((name) => [name, {}])));
  expect(differences.map(({ message }) => message)).toEqual([
    'the model m is missing; the log has it since entry 1',
    'the version m@1.0.0 is missing; the log has it since entry 1',
    'the model x is in no entry of the log',
    'the alias m@production is in no entry of the log',
    'move 3 of production of m is in no entry of the log',
    'the record run/r1 is in no entry of the log',
    'the request a7 is in no entry of the log',
  ]);
});

function cellsOf(derived: ReturnType<typeof deriveState>, name: string) {
  const facts = Object.entries(derived.get(name)?.facts ?? {});
  return Object.fromEntries(facts.map(([column, { value }]) => [column, value === undefined ? 'something' : value]));
}

function entry(
  sequence: number,
  action: AuditEntry['action'],
  model: string | null,
  subject: string,
  details: AuditEntry['details'],
): AuditEntry {
  const at = `2026-11-24T12:00:0${sequence}.000Z`;
  const by = { kind: 'person', id: 'ana' } as const;
  return { sequence, at, by, action, model, subject, why: null, evidence: null, details, previousHash: '', hash: '' };
}
