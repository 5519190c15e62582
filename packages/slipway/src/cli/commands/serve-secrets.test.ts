import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commandFolder } from '../fixtures/registry-commands.ts';
import { rawConnection, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-secrets-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a secret that a caller puts anywhere but into a record stands in no log, metric, error or event', async () => {
  const here = commandFolder(root);
  here.write('1.0.0');
  const { key }: { key: string } = await here.json('keys', 'create', '--name', 'page', '--scope', 'predict');
  const secret = 'hunter2-correct-horse-battery';
  const events = join(here.folder, 'events.ndjson');
  const words = [join(here.folder, 'launch.yaml'), '--json', '--auth', 'required', '--log-level', 'debug'];
  const env = { ...here.env, SLIPWAY_HOME: join(here.folder, '.slipway') };
  const server = await startServe([...words, '--events', events], env);
  try {
    const answers: string[] = [];
    const ask = async (path: string, headers: Readonly<Record<string, string>>, method = 'POST') => {
      const body = method === 'GET' ? {} : { body: JSON.stringify({ hours_studied: 3, quiz_score: 40 }) };
      const url = `${server.ready.url}${path}`;
      const response = await fetch(url, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...body,
      });
      answers.push(await response.text());
      return response.status;
    };
    const bearer = { authorization: `Bearer ${key}` };
    const basic = { authorization: `Basic ${Buffer.from(`user:${secret}`).toString('base64')}` };
    expect(await ask('/predict', bearer)).toBe(200);
    expect(await ask('/predict', { authorization: `Bearer ${secret}` })).toBe(401);
    expect(await ask('/predict', { authorization: `Bearer slw_${secret}` })).toBe(401);
    expect(await ask('/predict', { authorization: `Bearer ${key}${secret}` })).toBe(401);
    expect(await ask('/predict', basic)).toBe(401);
    expect(await ask(`/predict?api_key=${secret}`, { ...bearer, 'x-api-key': secret, cookie: secret })).toBe(200);
    expect(await ask(`/nowhere?token=${secret}`, bearer, 'GET')).toBe(404);
    expect(await ask(`/metrics?token=${secret}`, basic, 'GET')).toBe(401);
    expect(await ask('/metrics', bearer, 'GET')).toBe(200);
    const raw = await rawConnection(server.ready.port);
    raw.send(`GET /?${secret} HTTP/1.1\r\nauthorization : Bearer ${secret}\r\n\r\n`);
    answers.push(await raw.closed);
    server.child.kill('SIGTERM');
    await server.ended;
    const said = [...answers, JSON.stringify(server.log()), server.stdout(), await readFile(events, 'utf8')].join('\n');
    expect(server.log().length).toBeGreaterThan(8);
    for (const word of [secret, key, basic.authorization.slice(6)]) expect(said).not.toContain(word);
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
  }
});
