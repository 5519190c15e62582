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
  const learner = join(root, 'learner');
  const kinds = join(root, 'every-kind');
  const launches = [join(learner, 'launch.yaml'), join(kinds, 'launch.yaml')];

  beforeAll(() => {
    for (const folder of [learner, kinds]) mkdirSync(folder);
    writeLearnerLaunch(learner);
    writeLearnerLaunch(kinds, { model: echo, text: everyKind });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  // Each with a Python of its own: in one, their messages of the same names would be in each other's way.
  test.each([
    ['tritonclient over HTTP and gRPC', ['test_triton_http.py', 'test_triton_grpc.py']],
    ['KServe', ['test_kserve.py']],
  ])(
    '%s reads every answer',
    async (_, files) => {
      await withServer([...launches, '--grpc-port', '0'], async ({ ready }) => {
        const { url, grpc } = ready as ServeProcess['ready'] & { readonly grpc: string };
        const words = ['-m', 'pytest', '-q', '--tb=short', '-p', 'no:cacheprovider', ...files];
        expect(await run(words, { SLIPWAY_HTTP: url, SLIPWAY_GRPC: grpc })).toMatch(/\n\d+ passed in .*\n$/);
      });
    },
    120_000,
  );

  test('a fuzzer of the OpenAPI document finds no fault of the server and no answer that the document has not', async () => {
    await withServer(launches.slice(0, 1), async ({ ready, log }) => {
      // Without the route that takes away the model of all other requests.
      const fuzz = ['--phases', 'examples,coverage,fuzzing', '--max-examples', '30', '--exclude-path-regex', 'unload$'];
      const words = [
        'run',
        `${ready.url}/openapi.json`,
        '--checks',
        checks,
        ...fuzz,
        '--seed',
        '20261124',
        '--no-color',
      ];
      expect(await run(['-m', 'schemathesis.cli', ...words], {})).toMatch(/\b(\d+) generated, \1 passed/);
      expect(log().filter(({ level }) => level === 'error')).toEqual([]);
    });
  }, 120_000);
});

/** A server for as long as `use` takes. It has to end as it should, too. */
async function withServer(words: readonly string[], use: (server: ServeProcess) => Promise<void>): Promise<void> {
  const server = await startServe([...words, '--json']);
  try {
    await use(server);
  } finally {
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  }
}

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
].join(',');

/** Runs Python in the folder of the suite, and answers what it wrote, however it ended. */
async function run(words: readonly string[], more: Readonly<Record<string, string>>): Promise<string> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...more };
  const options = { cwd: suite, env, maxBuffer: 2 ** 24 };
  const { stdout } = await promisify(execFile)(python ?? '', words, options).catch(
    ({ stdout }: { readonly stdout: string }) => ({ stdout }),
  );
  return stdout;
}
