import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLearnerLaunch } from '@slipway/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { queryLog } from '../../prediction-log/read-log.ts';
import { startServe } from '../fixtures/serve-process.ts';

const body = JSON.stringify({ learner_id: 'L1', hours_studied: 3, quiz_score: 40, cohort: 'spring', mentor_id: 'M7' });

/** The id of the answer; null where the server takes no more. */
function predict(port: number, agent: Agent): Promise<string | null> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const outgoing = request({ port, path: '/predict', method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.on('data', (bytes: Buffer) => {
        text += bytes.toString();
      });
      response.on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text).prediction_id : null));
      response.on('error', () => resolve(null));
    });
    outgoing.on('error', () => resolve(null)).end(body);
  });
}

test('of a server that SIGTERM ends under load, every prediction that was answered is in the log, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-serve-drain-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = join(folder, 'log');
  const server = await startServe([writeLearnerLaunch(folder), '--json', `--log=${log}`]);
  onTestFinished(() => {
    server.child.kill('SIGKILL');
  });
  const answered: string[] = [];
  let isAsked = false;
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      const id = await predict(server.ready.port, agent);
      if (id === null) break;
      answered.push(id);
      if (answered.length >= 2000 && !isAsked) isAsked = server.child.kill('SIGTERM');
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: 16 }, client));
  expect(await server.ended).toBe(0);
  // Some were answered after the signal, by a server that drained.
  expect(answered.length).toBeGreaterThan(2000);
  const { rows } = await queryLog(log, 'SELECT id FROM predictions');
  const kept = rows.map(([id]) => String(id));
  const once = new Set(kept);
  expect(once.size).toBe(kept.length);
  expect(answered.filter((id) => !once.has(id))).toEqual([]);
}, 60_000);
