import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  type AllocatedArm,
  type Allocation,
  armOfBucket,
  assignArm,
  bucketOf,
  hashVersion,
  parseAllocation,
} from './index.ts';

interface Cases {
  readonly hashVersion: number;
  readonly allocations: readonly { readonly rest: string | null; readonly arms: readonly AllocatedArm[] }[];
  readonly buckets: readonly { readonly salt: string; readonly unit: string; readonly bucket: number }[];
  readonly edges: readonly { readonly allocation: number; readonly bucket: number; readonly arm: string | null }[];
  readonly units: readonly {
    readonly allocation: number;
    readonly salt: string;
    readonly unit: string;
    readonly arm: string | null;
  }[];
}

const cases: Cases = JSON.parse(readFileSync(new URL('./fixtures/cases.json', import.meta.url), 'utf8'));

function allocationOf(index: number, salt = 's'): Allocation {
  return parseAllocation({ hashVersion, salt, ...cases.allocations[index] }, 'cases.json');
}

test('buckets are those of the language-neutral cases', () => {
  expect(cases.hashVersion).toBe(hashVersion);
  expect(cases.buckets.length).toBeGreaterThan(100);
  for (const { salt, unit, bucket } of cases.buckets) {
    expect(bucketOf(salt, unit), JSON.stringify([salt, unit.slice(0, 40)])).toBe(bucket);
  }
});

test('arms are those of the cases, at both sides of every edge and for every unit', () => {
  for (const { allocation, bucket, arm } of cases.edges) {
    expect(armOfBucket(allocationOf(allocation), bucket), `${allocation}, bucket ${bucket}`).toBe(arm);
  }
  for (const { allocation, salt, unit, arm } of cases.units) {
    expect(assignArm(allocationOf(allocation, salt), unit).arm).toBe(arm);
  }
});

test('messages of every length about the block edges hash as SHA-256 does', () => {
  for (let length = 0; length < 200; length++) {
    const unit = 'é'.repeat(length % 3) + 'u'.repeat(length);
    const digest = createHash('sha256').update(`salt:${unit}`, 'utf8').digest();
    expect(bucketOf('salt', unit), `length ${length}`).toBe(digest.readUInt32BE(0));
  }
});

test('a surrogate without its partner counts as the replacement character', () => {
  expect(bucketOf('s', 'a\ud800b')).toBe(bucketOf('s', 'a\ufffdb'));
  expect(bucketOf('s', 'a\udc00')).toBe(bucketOf('s', 'a\ufffd'));
  expect(bucketOf('s', 'a\ud83d')).not.toBe(bucketOf('s', 'a\ud83d\ude00'));
});

test('a salt with a colon is refused: two pairs could give one text', () => {
  expect(() => bucketOf('a:b', 'c')).toThrow(/colon/);
});

const python = process.env.SLIPWAY_PYTHON;

test.skipIf(python === undefined)(
  'Python with hashlib makes the same cases (set SLIPWAY_PYTHON to a Python 3 to run this)',
  () => {
    const script = fileURLToPath(new URL('./fixtures/make_cases.py', import.meta.url));
    const run = spawnSync(python ?? '', [script, '--check'], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  },
);
