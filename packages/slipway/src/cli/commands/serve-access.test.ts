import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type CommandFolder, commandFolder } from '../fixtures/registry-commands.ts';
import { failServe, type ServeProcess, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-access-'));
const running = new Set<ServeProcess>();
const record = JSON.stringify({ hours_studied: 3, quiz_score: 40 });

afterEach(async () => {
  for (const server of running) {
    server.child.kill('SIGKILL');
    await server.ended;
  }
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function serve(here: CommandFolder, ...words: readonly string[]): Promise<ServeProcess> {
  const server = await startServe([join(here.folder, 'launch.yaml'), '--json', ...words], envOf(here));
  running.add(server);
  return server;
}

const envOf = ({ folder, env }: CommandFolder) => ({ ...env, SLIPWAY_HOME: join(folder, '.slipway') });

function learner(env: Readonly<Record<string, string>> = {}, edit = (text: string) => text): CommandFolder {
  const here = commandFolder(root, env);
  here.write('1.0.0', { edit });
  return here;
}

async function keyOf(here: CommandFolder, ...words: readonly string[]): Promise<{ key: string; id: string }> {
  return here.json('keys', 'create', '--name', 'mentor-page', ...words);
}

async function ask({ ready }: ServeProcess, path: string, key?: string) {
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const isPredict = path.endsWith('predict');
  const response = await fetch(`http://127.0.0.1:${ready.port}${path}`, {
    method: isPredict ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...authorization },
    ...(isPredict ? { body: record } : {}),
  });
  const text = await response.text();
  const code = response.ok ? null : (JSON.parse(text) as { error: { code: string } }).error.code;
  return { status: response.status, code, retryAfter: response.headers.get('retry-after') };
}

test('a server that others reach does not start where nobody has a key, and says what to do', async () => {
  const here = learner();
  const { code, stderr } = await failServe([join(here.folder, 'launch.yaml'), '--host', '0.0.0.0'], envOf(here));
  expect(code).toBe(2);
  expect(stderr).toContain('AUTH_REQUIRED');
  expect(stderr).toContain('slipway keys create');
  const open = await serve(here, '--host', '0.0.0.0', '--auth', 'none');
  expect((await ask(open, '/predict')).status).toBe(200);
});

test('with keys each caller needs one for what it asks; probes need none; no line of the log has a key', async () => {
  const here = learner();
  const { key } = await keyOf(here, '--scope', 'predict');
  const other = await keyOf(here, '--scope', 'operate');
  const server = await serve(here, '--host', '0.0.0.0');
  expect(await ask(server, '/predict')).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(await ask(server, '/predict', `${key.slice(0, -1)}x`)).toMatchObject({ status: 401 });
  expect(await ask(server, '/predict', other.key)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect(await ask(server, '/predict', key)).toMatchObject({ status: 200 });
  for (const path of ['/health/live', '/health/ready']) expect((await ask(server, path)).status).toBe(200);
  for (const path of ['/metrics', '/models', '/openapi.json', '/']) {
    expect([path, (await ask(server, path)).status]).toEqual([path, 401]);
    expect([path, (await ask(server, path, other.key)).status]).toEqual([path, 200]);
  }
  server.child.kill('SIGTERM');
  await server.ended;
  expect(JSON.stringify(server.log())).not.toContain(key);
  expect(JSON.stringify(server.log())).not.toContain(other.key);
});

test('a key that is revoked, or has a rate, is turned away while the server runs', async () => {
  const here = learner();
  const slow = await keyOf(here, '--scope', 'predict', '--rate', '2/m');
  const server = await serve(here, '--auth', 'required');
  expect((await ask(server, '/predict', slow.key)).status).toBe(200);
  const limited = await ask(server, '/predict', slow.key);
  expect(limited).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  expect(Number(limited.retryAfter)).toBeGreaterThan(1);
  const { key, id } = await keyOf(here, '--scope', 'predict');
  expect((await ask(server, '/predict', key)).status).toBe(200);
  await here.json('keys', 'revoke', id);
  let status = 200;
  while (status === 200) ({ status } = await ask(server, '/predict', key));
  expect(status).toBe(401);
});

test('the admin key of a secret file lets somebody in from the start', async () => {
  const here = learner({ SLIPWAY_ADMIN_KEY: 'an-admin-key-of-this-place-that-is-long-enough' });
  const server = await serve(here, '--auth', 'required');
  expect((await ask(server, '/predict', 'an-admin-key-of-this-place-that-is-long-enough')).status).toBe(200);
});

test('a token of the issuer lets in whom its scopes let in, beside keys; of the issuer all must be known', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const published = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' }] });
  const issuer = createServer((_, response) => response.setHeader('content-type', 'application/json').end(published));
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks.json`;
  const token = (scope: string) =>
    new SignJWT({ sub: 'mentor-page', scope })
      .setProtectedHeader({ alg: 'ES256', kid: 'a' })
      .setIssuer('https://issuer.example')
      .setAudience('slipway')
      .setExpirationTime('5m')
      .sign(privateKey);
  const here = learner();
  const words = ['--jwt-jwks', jwks, '--jwt-issuer', 'https://issuer.example', '--jwt-audience', 'slipway'];
  const server = await serve(here, '--host', '0.0.0.0', ...words);
  expect((await ask(server, '/predict', await token('predict:learner-risk'))).status).toBe(200);
  expect((await ask(server, '/predict', await token('predict:other'))).status).toBe(403);
  expect((await ask(server, '/predict', `${(await token('predict')).slice(0, -8)}AAAAAAAA`)).status).toBe(401);
  issuer.close();
  const lacking = [join(here.folder, 'launch.yaml'), '--auth', 'required', '--jwt-jwks', jwks];
  expect(await failServe(lacking, envOf(here))).toMatchObject({ code: 2 });
});

test('the rate of the launch file holds for each caller', async () => {
  const server = await serve(learner({}, (text) => `${text}online: { rate: 3/m }\n`));
  const statuses = [];
  for (let turn = 0; turn < 5; turn++) statuses.push((await ask(server, '/predict')).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
});

test('with a certificate it speaks https, and says so; a key of another is refused before it listens', async () => {
  const here = learner();
  const make = (name: string) => {
    const [key, cert] = [join(here.folder, `${name}.key`), join(here.folder, `${name}.crt`)];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject];
    execFileSync('openssl', [...words, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key, cert };
  };
  const [ours, other] = [make('ours'), make('other')];
  const refused = [join(here.folder, 'launch.yaml'), '--tls-cert', ours.cert, '--tls-key', other.key];
  expect(await failServe(refused, envOf(here))).toMatchObject({ code: 2 });
  const server = await serve(here, '--tls-cert', ours.cert, '--tls-key', ours.key);
  expect(server.ready.url).toBe(`https://127.0.0.1:${server.ready.port}`);
  const status = await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const options = { method: 'POST', headers, rejectUnauthorized: false };
    request(`${server.ready.url}/predict`, options, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end(record);
  });
  expect(status).toBe(200);
});
