import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { memoryIo } from '@slipway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from './cli/main.ts';
import { checkLaunch } from './gate/check-launch.ts';
import { openModel } from './open-model.ts';

// What `slipway-export` writes is what the rest of Slipway reads, checks and serves: pipelines that are fitted just now,
// compared with their own libraries.

const python = process.env.SLIPWAY_PYTHON;
const script = fileURLToPath(new URL('../../../python/tests/pipelines_for_node.py', import.meta.url));

/** Each pipeline, and how far a score may lie from the original's: what is added up in float32 has its rounding. */
const pipelines = [
  ['logistic', 1e-6],
  ['forest', 1e-6],
  ['xgboost', 1e-6],
  ['lightgbm', 1e-12],
  ['histogram', 1e-9],
  ['isolation', 1e-12],
] as const;

interface Asked {
  readonly agrees: boolean;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
}

// Without the variable: SLIPWAY_PYTHON=.venv/bin/python after `pip install './python[test]'`.
describe.skipIf(!python)('a pipeline exported from Python', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-exported-'));
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    await promisify(execFile)(python ?? '', [script, folder], { env, maxBuffer: 2 ** 24 });
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const asked = async (name: string): Promise<Asked> =>
    JSON.parse(await readFile(join(folder, name, 'rows.json'), 'utf8'));

  test.each(pipelines)('%s is compiled, passes its checks, and answers as its library does', async (name, apart) => {
    const launch = join(folder, name, 'launch.yaml');
    const { verdict, facts, truths } = await checkLaunch(launch);
    expect([...facts, ...truths].filter((finding) => finding.verdict === 'fail')).toEqual([]);
    expect(verdict).toBe('pass');
    const { agrees, records, outputs } = await asked(name);
    expect(agrees).toBe(true);
    expect(records.some((record) => Object.values(record).includes(null))).toBe(name !== 'isolation');
    for (const engine of ['compiled', 'onnxruntime'] as const) {
      const model = await openModel(launch, { engine });
      const answers = await model.predictMany(records);
      for (const [row, wanted] of outputs.entries()) {
        const answer = answers[row];
        if (answer === undefined || !('outputs' in answer)) throw new Error(`row ${row} of ${name} was refused`);
        for (const [field, value] of Object.entries(wanted)) {
          const given = answer.outputs[field];
          if (typeof value !== 'number') expect(given, `${engine}, row ${row}, ${field}`).toBe(value);
          else expect(Math.abs(Number(given) - value), `${engine}, row ${row}, ${field}`).toBeLessThanOrEqual(apart);
        }
      }
      await model.close();
    }
  });

  test('is what `slipway import --trust` makes of a saved model, and scores a file', async () => {
    const run = async (...argv: readonly string[]) => {
      const memory = memoryIo({ cwd: folder, env: { ...process.env } });
      await main(argv, memory.io);
      return { code: memory.code(), err: memory.err(), out: memory.out() };
    };
    const owner = ['--owner', 'Rescue', '--contact', 'rescue@example.org'];
    const words = ['--trust', '--data', 'people.csv', '--out', 'imported', '--python', python ?? '', ...owner];
    expect(await run('import', 'model.joblib', ...words)).toMatchObject({ code: 0, err: '' });
    const files = ['people.csv', 'scored.csv', '--launch', 'imported/launch.yaml', '--json'];
    const { code, err, out } = await run('batch', ...files);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out).counts).toMatchObject({ rows_read: 240, rows_scored: 240, rows_quarantined: 0 });
    const [header] = (await readFile(join(folder, 'scored.csv'), 'utf8')).split('\n');
    expect(header).toBe('age,fare paid,siblings,is_adult,sex,port,id,score,decision');
  });
});
