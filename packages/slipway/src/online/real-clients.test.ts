import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { modelOf, node, value, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServeProcess, startServe } from '../cli/fixtures/serve-process.ts';

// The clients that people have, against the server as they would start it. They need a Python of their own:
// python3 -m venv .venv && .venv/bin/pip install -r testkit/clients/requirements.txt
// CLIENTS_PYTHON=$PWD/.venv/bin/python npx vitest run packages/slipway/src/online/real-clients.test.ts
const python = process.env.CLIENTS_PYTHON;
const suite = fileURLToPath(new URL('../../../../testkit/clients', import.meta.url));

const everyKind = `slipway: 1
model: every-kind
version: 10.0.0
artifact: model.onnx
input:
  count: { type: integer, minimum: 0 }
  share: { type: number, missing: 0 }
  is_new: { type: boolean }
  plan: { type: string }
  image: { type: array, shape: [2, 2] }
output:
  count_out: { type: integer, from: count_out }
  share_out: { type: number, from: share_out }
  plan_out: { type: string, from: plan_out }
  image_out: { type: array, shape: [2, 2], from: image_out }
`;

const echoed = [
  ['count', 'int64', [null, 1]],
  ['share', 'float32', [null, 1]],
  ['plan', 'string', [null, 1]],
  ['image', 'float32', [null, 2, 2]],
] as const;

/** A model that gives back what it is given, in every kind of tensor; a flag goes in and is not seen again. */
const echo = modelOf('every-kind', {
  nodes: [
    ...echoed.map(([name]) => node('Identity', [name], [`${name}_out`])),
    node('Identity', ['is_new'], ['is_new_out']),
  ],
  inputs: [...echoed.map(([name, type, shape]) => value(name, type, shape)), value('is_new', 'bool', [null, 1])],
  outputs: [
    ...echoed.map(([name, type, shape]) => value(`${name}_out`, type, shape)),
    value('is_new_out', 'bool', [null, 1]),
  ],
});

describe.skipIf(!python)('clients of the Open Inference Protocol', () => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-clients-'));
  let server: ServeProcess | undefined;

  beforeAll(async () => {
    const folders = ['learner', 'every-kind'].map((name) => join(root, name));
    for (const folder of folders) mkdirSync(folder);
    const [learner = '', kinds = ''] = folders;
    const launches = [writeLearnerLaunch(learner), writeLearnerLaunch(kinds, { model: echo, text: everyKind })];
    server = await startServe([...launches, '--json', '--grpc-port', '0']);
  }, 60_000);

  afterAll(async () => {
    if (server === undefined) return;
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    rmSync(root, { recursive: true, force: true });
  });

  test.each(['test_triton_http.py', 'test_triton_grpc.py', 'test_kserve.py'])(
    '%s',
    async (file) => {
      const { url, grpc } = server?.ready as ServeProcess['ready'] & { readonly grpc: string };
      const env = { ...process.env, SLIPWAY_HTTP: url, SLIPWAY_GRPC: grpc };
      const words = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--tb=short', file];
      const { stdout } = await promisify(execFile)(python ?? '', words, { cwd: suite, env }).catch(
        ({ stdout }: { readonly stdout: string }) => ({ stdout }),
      );
      expect(stdout).toMatch(/\n\d+ passed in .*\n$/);
      expect(stdout).not.toMatch(/skipped|failed/);
    },
    60_000,
  );
});
