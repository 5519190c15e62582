import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { learnerLaunch, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'slipway-batch-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

writeLearnerLaunch(folder);
const at = (name: string) => join(folder, name);
const head = 'learner_id,hours_studied,quiz_score\n';
writeFileSync(at('in.csv'), `${head}a,1,50\nb,2,60\nc,30,95\n`);
writeFileSync(at('bad.csv'), `${head}a,1,50\nb,two,60\n`);

function slipway(...words: string[]) {
  const ran = spawnSync(process.execPath, [bin, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

test('a file is scored, and stdout tells what went where and answers the four questions', () => {
  const ran = slipway('batch', 'in.csv', 'out.csv');
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toContain('learner-risk 1.0.0 pass');
  expect(ran.out).toMatch(/read {6}in\.csv {3}3 rows/);
  expect(ran.out).toContain('3 read = 3 scored + 0 quarantined');
  for (const question of ['Did the job run? yes', 'Were all records scored? yes', 'Did the input schema match? yes']) {
    expect(ran.out).toContain(question);
  }
  expect(readFileSync(at('out.csv'), 'utf8')).toMatch(
    /^learner_id,hours_studied,quiz_score,risk_score,needs_support\na,1,50,0\.\d+,true\n/,
  );
});

test('--json prints the record and nothing else', () => {
  const ran = slipway('batch', 'in.csv', 'json.csv', '--json');
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(ran.out)).toEqual(JSON.parse(readFileSync(at('json.csv.run.json'), 'utf8')));
});

test('too many bad rows exit with 12: no output, the quarantine and the record stay', () => {
  const ran = slipway('batch', 'bad.csv', 'bad-out.csv');
  expect(ran.code).toBe(12);
  expect(ran.out).toContain('nothing: too many rows were quarantined');
  expect(ran.out).toContain('1 × hours_studied: not of the right type');
  expect(ran.out).not.toContain('earlier output');
  expect(
    readdirSync(folder)
      .filter((name) => name.includes('bad-out'))
      .sort(),
  ).toEqual(['bad-out.csv.quarantine.ndjson', 'bad-out.csv.run.json']);
  expect(slipway('batch', 'bad.csv', 'bad-out.csv', '--max-quarantine', '50%').code).toBe(0);
});

test('a failed run says that the output of an earlier one is still there', () => {
  writeFileSync(at('again.csv'), 'of yesterday');
  const ran = slipway('batch', 'bad.csv', 'again.csv');
  expect(ran.code).toBe(12);
  expect(ran.out).toContain('an earlier output is still there, untouched: again.csv');
  expect(readFileSync(at('again.csv'), 'utf8')).toBe('of yesterday');
  expect(JSON.parse(readFileSync(at('again.csv.run.json'), 'utf8')).earlier_output).toBe(at('again.csv'));
});

test.each([
  ['the input', 'in.csv'],
  ['the output', 'clash.csv'],
  ['the output by a link to its folder', 'here/clash.csv'],
  ['the quarantine', 'clash.csv.quarantine.ndjson'],
  ['the record', 'clash.csv.run.json'],
])('events do not go to %s: the run is refused and changes nothing', (_, events) => {
  if (!existsSync(at('here'))) symlinkSync(folder, at('here'));
  const before = readFileSync(at('in.csv'), 'utf8');
  const ran = slipway('batch', 'in.csv', 'clash.csv', '--events', events);
  expect(ran.code).toBe(5);
  expect(ran.err).toMatch(/^OUTPUT_EXISTS: /);
  expect(readFileSync(at('in.csv'), 'utf8')).toBe(before);
  expect(readdirSync(folder).filter((name) => name.includes('clash'))).toEqual([]);
});

test('a cut is a whole number from 1, and every other one is refused in the same words', () => {
  const [zero, huge] = ['0', '99999999999999999999999'].map((top) =>
    slipway('batch', 'in.csv', 'cut.csv', '--top', top),
  );
  expect(zero?.err).toContain('Write a whole number from 1.');
  expect(huge?.err.replaceAll('99999999999999999999999', '0')).toBe(zero?.err);
});

test.each([
  ['a file that is not there', ['nowhere.csv', 'out.csv'], 4, 'INPUT_NOT_FOUND'],
  ['an output that is the input', ['in.csv', 'in.csv'], 5, 'OUTPUT_EXISTS'],
  ['an output in no folder', ['in.csv', 'no/out.csv'], 6, 'OUTPUT_NOT_WRITABLE'],
  ['no files named anywhere', [], 2, 'USAGE'],
  ['a launch file that is not there', ['in.csv', 'out.csv', '--launch', 'no.yaml'], 4, 'LAUNCH_NOT_FOUND'],
  ['a cut that is no number', ['in.csv', 'out.csv', '--top', 'ten'], 2, 'USAGE'],
  ['a part that is no part', ['in.csv', 'out.csv', '--max-quarantine', '120%'], 2, 'USAGE'],
])('%s ends with its exit code, its error code and a hint', (_, words, code, name) => {
  const ran = slipway('batch', ...words);
  expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
  expect(ran.err).toMatch(new RegExp(`^${name}: .*\\n(  where .*\\n)?  hint `));
});

test('with --json an error is one JSON document on stderr', () => {
  const ran = slipway('batch', 'nowhere.csv', 'out.csv', '--json');
  expect(JSON.parse(ran.err)).toMatchObject({ error: { code: 'INPUT_NOT_FOUND' } });
});

test('the files of the launch file are taken where the command names none', () => {
  writeFileSync(at('named.yaml'), `${learnerLaunch}batch: { input: in.csv, output: named.parquet }\n`);
  expect(slipway('batch', '--launch', 'named.yaml').code).toBe(0);
  expect(existsSync(at('named.parquet'))).toBe(true);
});

test('--top keeps the best rows, best first, and --events writes one event a row', () => {
  const ran = slipway('batch', 'in.csv', 'top.csv', '--top', '1', '--events', 'events.ndjson');
  expect(ran.out).toMatch(/rank {6}by risk_score, the best 1; 2 rows left out/);
  expect(readFileSync(at('top.csv'), 'utf8').split('\n')[1]).toMatch(/^a,1,50,/);
  const events = readFileSync(at('events.ndjson'), 'utf8').trimEnd().split('\n');
  expect(events.map((line) => JSON.parse(line).unit)).toEqual(['a', 'b', 'c']);
});

/** Starts a run that is still far from its end when its output begins to grow; answers when that is so. */
async function startLongRun(output: string) {
  writeFileSync(at('long.csv'), `${head}${'a,1,50\n'.repeat(4_000_000)}`);
  const child = spawn(process.execPath, [bin, 'batch', 'long.csv', output], { cwd: folder, stdio: 'ignore' });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  while (child.exitCode === null && !readdirSync(folder).some((name) => name.startsWith(`.${output}.slipway-`))) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { child, ended };
}

test('SIGTERM in the middle ends the run with 130 and leaves nothing', async () => {
  const { child, ended } = await startLongRun('term.csv');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 130, signal: null });
  expect(readdirSync(folder).filter((name) => name.includes('term.csv'))).toEqual([]);
});

test('SIGKILL in the middle leaves no output, and the next run removes what is left', async () => {
  writeFileSync(at('kill.csv'), 'of yesterday');
  const { child, ended } = await startLongRun('kill.csv');
  child.kill('SIGKILL');
  expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect(readFileSync(at('kill.csv'), 'utf8')).toBe('of yesterday');
  expect(slipway('batch', 'in.csv', 'kill.csv').code).toBe(0);
  expect(readdirSync(folder).filter((name) => name.startsWith('.kill.csv'))).toEqual([]);
});

test('memory stays under 400 MB and does not grow with the file', () => {
  const peak = (rows: number) => {
    writeFileSync(at('grow.csv'), `${head}${'learner,12.5,50.25\n'.repeat(rows)}`);
    return JSON.parse(slipway('batch', 'grow.csv', 'grown.csv', '--json').out).peak_memory_bytes / 1e6;
  };
  const [small, large] = [peak(400_000), peak(1_600_000)];
  expect(large).toBeLessThan(400);
  expect(large - small).toBeLessThan(100);
});
