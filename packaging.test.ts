import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackages } from './scripts/build.ts';

// What a user installs: the packed tarballs in an empty folder, run from there.

const root = fileURLToPath(new URL('.', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'slipway-installed-'));
const tarballs: { filename: string; files: { path: string }[] }[] = [];

beforeAll(() => {
  for (const dist of buildPackages()) {
    tarballs.push(...JSON.parse(run('npm', ['pack', dist, '--json', '--pack-destination', home])));
  }
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const files = tarballs.map(({ filename }) => `./${filename}`);
  // No package of ours has an install script, and none of its dependencies needs its own to run on a CPU.
  run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', ...files]);
}, 180_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(command: string, words: readonly string[]): string {
  return execFileSync(command, words, { cwd: home, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function slipway(...words: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(home, 'node_modules/.bin/slipway'), ...words], {
    cwd: home,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

describe('the tarballs', () => {
  test('hold compiled code, declarations and papers, and no sources, tests, fixtures or goldens', () => {
    for (const { files } of tarballs) {
      const paths = files.map(({ path }) => path);
      expect(paths).toEqual(
        expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'lib/index.js', 'lib/index.d.ts']),
      );
      const allowed =
        /^(LICENSE|README\.md|package\.json|(launch|settings)\.schema\.json|bin\/slipway\.js|lib\/.+\.(js|d\.ts|json)|lib\/online\/docs-page\/page\.(css|html))$/;
      expect(paths.filter((path) => !allowed.test(path) || /\.test\.|fixtures|goldens/.test(path))).toEqual([]);
    }
  });
});

describe('the installed command', () => {
  test('prints its version and its help', () => {
    expect(slipway('--version')).toEqual({ stdout: '0.1.0\n', stderr: '', status: 0 });
    const help = slipway('--help');
    expect(help.stdout).toContain('Usage: slipway COMMAND');
    expect(help.status).toBe(0);
  });

  test('makes a model, scores a file with it and accounts for every row', () => {
    expect(slipway('init', 'risk')).toMatchObject({ stderr: '', status: 0 });
    const files = ['risk/learners_to_score.csv', 'scored.csv', '--launch', 'risk/launch.yaml'];
    const { stdout, status } = slipway('batch', ...files, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'pass',
      counts: { rows_read: 5000, rows_scored: 5000, rows_quarantined: 0 },
    });
    const [header, first] = readFileSync(join(home, 'scored.csv'), 'utf8').split('\n');
    expect(header).toBe('learner_id,hours_studied,quiz_score,cohort,mentor_id,risk_score,needs_support');
    expect(first).toMatch(/^L-\d+,.*,0\.\d+,(true|false)$/);
  });

  test('says what is wrong as it does in the workspace', () => {
    const { stderr, status } = slipway('inspect', 'missing/launch.yaml');
    expect(stderr).toMatch(/^LAUNCH_NOT_FOUND: /);
    expect(status).toBe(4);
  });
});

describe('a program that imports the packages', () => {
  const program = `
import { openModel } from 'slipway';
import { isSlipwayError, parseLaunch } from '@slipway/core';

try {
  parseLaunch('slipway: [', 'launch.yaml');
} catch (error) {
  if (isSlipwayError(error)) console.log(error.code, error.where);
}
const opened = await openModel('missing/launch.yaml').catch((error: unknown) => error);
if (isSlipwayError(opened)) console.log(opened.code);
`;

  test('runs', () => {
    writeFileSync(join(home, 'program.mjs'), program.replaceAll(': unknown', ''));
    expect(run(process.execPath, ['program.mjs'])).toMatch(/^LAUNCH_SYNTAX launch\.yaml:\d+:\d+\nLAUNCH_NOT_FOUND\n$/);
  });

  test('has its types checked, and a wrong use of them refused', () => {
    writeFileSync(join(home, 'right.ts'), program);
    writeFileSync(join(home, 'wrong.ts'), "import { openModel } from 'slipway';\nawait openModel(1);\n");
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,dom'];
    const check = (file: string) =>
      spawnSync(process.execPath, [compiler, ...options, file], { cwd: home, encoding: 'utf8' });
    expect(check('right.ts').stdout).toBe('');
    expect(check('wrong.ts').stdout).toMatch(/^wrong\.ts\(2,17\): error TS2345/);
  });

  test('finds the JSON Schema of the launch file', () => {
    const look = "console.log(import.meta.resolve('@slipway/core/launch.schema.json').endsWith('launch.schema.json'))";
    expect(run(process.execPath, ['--input-type=module', '-e', look])).toBe('true\n');
  });
});
