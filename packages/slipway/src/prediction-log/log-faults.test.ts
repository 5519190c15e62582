import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@slipway/testkit';
import { someEvent } from '@slipway/testkit/sink-conformance';
import { expect, onTestFinished, test } from 'vitest';
import { compactLog } from './compact-log.ts';
import { killRounds } from './fixtures/kill-rounds.ts';
import { openLogSink } from './log-sink.ts';
import { queryLog } from './read-log.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('processes killed while they write and compact lose nothing that a flush acknowledged, and double nothing', async () => {
  const folder = temporaryFolder();
  const random = new Random(4);
  const result = await killRounds(folder, 3, () => random.next());
  expect(result.acknowledged).toBeGreaterThan(0);
  expect(result).toMatchObject({ lost: 0, doubled: 0 });
  expect(readdirSync(join(folder, 'segments'))).toEqual([]);
}, 60_000);

/** A file system of so little, where this process may mount one. */
function tinyDisk(size = '1m'): string | null {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', [folder]);
  });
  return folder;
}

test('a full disk: what is lost is counted and told once, and it goes on when there is room', async ({ skip }) => {
  const folder = tinyDisk();
  if (folder === null) return skip('No file system can be mounted here.');
  const errors: Error[] = [];
  const clock = { wallMs: Date.now, monotonicMs: () => 0 };
  const sink = await openLogSink({ folder, clock, every: () => () => {}, onError: (error) => errors.push(error) });
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(700_000));
  for (let round = 0; round < 3; round++) {
    sink.write({ count: 1000, event: (index) => ({ ...someEvent(index), id: `${round}-${index}` }) });
    await sink.flush();
  }
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toContain('ENOSPC');
  const { failed } = sink.counts();
  expect(failed).toBeGreaterThan(0);
  unlinkSync(ballast);
  sink.write({ count: 100, event: (index) => ({ ...someEvent(index), id: `late-${index}` }) });
  await sink.close();
  expect(sink.counts()).toMatchObject({ written: 3100 - failed, failed });
  // Compaction needs room of its own: it works where there is some.
  const roomy = temporaryFolder();
  execFileSync('cp', ['-r', join(folder, 'segments'), roomy]);
  await compactLog({ folder: roomy, nowMs: 0, keepMs: null, bytesMax: null });
  const { rows } = await queryLog(
    roomy,
    "select count(*)::INTEGER, count(*) filter (id like 'late%')::INTEGER from predictions",
  );
  const [found, late] = rows[0] ?? [];
  // A piece of a write that went only in part counts as lost whole, though some of its records are there.
  expect(Number(found)).toBeGreaterThanOrEqual(3100 - failed);
  expect(Number(found)).toBeLessThan(3100);
  expect(late).toBe(100);
});

test('a compaction on a full disk stops with an error of the disk, blames no segment, and works when there is room', async ({
  skip,
}) => {
  const folder = tinyDisk();
  if (folder === null) return skip('No file system can be mounted here.');
  const compact = () => compactLog({ folder, nowMs: 0, keepMs: null, bytesMax: null });
  const clock = { wallMs: Date.now, monotonicMs: () => 0 };
  // Units that no compression makes small.
  const random = new Random(5);
  for (const name of ['a', 'b']) {
    const sink = await openLogSink({ folder, clock, every: () => () => {}, onError: () => {} });
    const unit = () => Array.from({ length: 20 }, () => random.next().toString(36)).join();
    sink.write({ count: 300, event: (index) => ({ ...someEvent(index), id: `${name}-${index}`, unit: unit() }) });
    await sink.close();
  }
  const ballast = join(folder, 'ballast');
  fillWith(ballast);
  const segments = readdirSync(join(folder, 'segments'));
  await expect(compact()).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    where: folder,
    message: expect.stringMatching(/no space left|ENOSPC/i),
  });
  expect(readdirSync(join(folder, 'segments'))).toEqual(segments);
  unlinkSync(ballast);
  expect(await compact()).toMatchObject({ segments: 2, records: 600, kept: [] });
});

test('a segment with torn lines on a full disk fails the compaction, and not the process', async ({ skip }) => {
  const folder = tinyDisk('30m');
  if (folder === null) return skip('No file system can be mounted here.');
  const compact = () => compactLog({ folder, nowMs: 0, keepMs: null, bytesMax: null });
  const clock = { wallMs: Date.now, monotonicMs: () => 0 };
  const sink = await openLogSink({ folder, clock, every: () => () => {}, onError: () => {} });
  sink.write({ count: 40_000, event: someEvent });
  await sink.close();
  const [segment = ''] = readdirSync(join(folder, 'segments'));
  appendFileSync(join(folder, 'segments', segment), '{"torn');
  fillWith(join(folder, 'ballast'));
  await expect(compact()).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    message: expect.stringMatching(/no space left|ENOSPC/i),
  });
});

/** Writes until nothing more fits than the few pages that a lock and the names of files need. */
function fillWith(file: string): void {
  for (let bytes = 64 * 1024; bytes >= 512; ) {
    try {
      appendFileSync(file, Buffer.alloc(bytes));
    } catch {
      bytes /= 2;
    }
  }
  truncateSync(file, statSync(file).size - 32 * 1024);
}
