import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { encodeModel } from '@slipway/core';
import { embeddingModel, imageModel } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const cli = fileURLToPath(new URL('../../packages/slipway/bin/slipway.js', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-image-and-text-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the artifacts are the models that the tests of the product know', async () => {
  expect(new Uint8Array(await readFile(join(here, 'picture/model.onnx')))).toEqual(encodeModel(imageModel()));
  expect(new Uint8Array(await readFile(join(here, 'text/model.onnx')))).toEqual(encodeModel(embeddingModel()));
});

test('a picture is served, and answered as the README shows', async () => {
  const server = spawn(process.execPath, [cli, 'serve', 'picture/launch.yaml', '--port', '0', '--json'], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const { url, engine } = JSON.parse(await firstLine(server.stdout)) as { url: string; engine: string };
    expect(engine).toBe('onnxruntime');
    const body = await readFile(join(here, 'picture/orange.json'), 'utf8');
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/predict`, { method: 'POST', headers, body });
    const [, shown = ''] = /```json\n(.*)\n```/.exec(await readFile(join(here, 'README.md'), 'utf8')) ?? [];
    const { label, red, probabilities } = JSON.parse(shown);
    const given = (await answer.json()) as { label: string; red: number; probabilities: number[] };
    expect(given).toMatchObject({ label, red: expect.closeTo(red, 5) });
    expect(given.probabilities).toEqual(probabilities.map((value: number) => expect.closeTo(value, 5)));
  } finally {
    server.kill('SIGTERM');
  }
});

test('texts are embedded from a file; the same words in another order are close, and half a token is refused', async () => {
  const output = join(folder, 'embeddings.ndjson');
  const args = ['batch', 'text/texts.ndjson', output, '--launch', 'text/launch.yaml', '--max-quarantine', '50%'];
  await promisify(execFile)(process.execPath, [cli, ...args], { cwd: here });
  const lines = (await readFile(output, 'utf8')).trim().split('\n');
  const [first = [], second = [], third = []] = lines.map((line) => (JSON.parse(line) as Row).embedding);
  expect(lines).toHaveLength(3);
  expect(cosine(first, second)).toBeCloseTo(1, 6);
  expect(cosine(first, third)).toBeLessThan(0.5);
  expect(await readFile(`${output}.quarantine.ndjson`, 'utf8')).toContain('input_ids[2] is 1.5');
});

interface Row {
  readonly embedding: readonly number[];
}

/** The embeddings have length 1. */
function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error('The server ended without a word.');
}
