import { join } from 'node:path';
import { learnerLaunch, writeLearnerLaunch } from '@slipway/testkit';
import type { LoadOptions } from '../serve/load-client.ts';
import { cpuMicros, load, type RunningServer, startServer, stopServer } from '../serve/processes.ts';
import { keyHeader, keyText, slipwayBin, slipwayPlace } from '../serve/slipway-place.ts';

export interface RefusalCost {
  readonly what: string;
  /** Of the server's processor time, for each round. */
  readonly micros: readonly number[];
}

type Ask = Pick<LoadOptions, 'headers' | 'form' | 'status'> & { readonly what: string; readonly isOff?: boolean };

/** What a compiled model's server spends on an answer, and on telling somebody that there is none, in turn. */
export async function refusalCosts(folder: string, short: boolean): Promise<readonly RefusalCost[]> {
  const place = slipwayPlace(folder);
  const launch = writeLearnerLaunch(folder, { text: `${learnerLaunch}online: { body: 1MB }\n` });
  const good = keyHeader(place, '--rate', '1000000/s');
  const slow = keyHeader(place, '--rate', '1/m');
  const words = [slipwayBin, 'serve', launch, '--auth', 'required', '--log-format', 'json', '--port'];
  const log = join(folder, 'refusals.log');
  const command = { command: process.execPath, words, log, ready: '/health/ready', env: place.env };
  const asks: readonly Ask[] = [
    { what: 'a good answer', headers: good },
    { what: 'a 401: no key', status: 401 },
    { what: 'a 400: a value out of its range', headers: good, form: 'invalid', status: 400 },
    { what: 'a 503: the model is switched off', headers: good, status: 503, isOff: true },
    { what: 'a 429: too many requests of this key', headers: slow, status: 429 },
  ];
  const server = await startServer({ ...command, name: 'slipway serve' });
  try {
    // The one request that the slow key may have.
    await fetch(`http://127.0.0.1:${server.port}/predict`, { method: 'POST', headers: slow, body: '{}' });
    const operator = slipwayPlace(folder, { SLIPWAY_KEY: keyText(place, 'operate') });
    const url = `http://127.0.0.1:${server.port}`;
    const turn = (word: 'on' | 'off') => operator.run('fallback', word, 'learner-risk', '--url', url, '--why', 'bench');
    const micros = new Map<string, number[]>();
    for (let round = -1; round < (short ? 1 : 5); round++) {
      for (const ask of asks) {
        if (ask.isOff) turn('on');
        const spent = await microsOf(server, ask, short);
        if (ask.isOff) turn('off');
        if (round >= 0) micros.set(ask.what, [...(micros.get(ask.what) ?? []), spent]);
      }
    }
    return asks.map(({ what }) => ({ what, micros: micros.get(what) ?? [] }));
  } finally {
    await stopServer(server);
  }
}

async function microsOf(server: RunningServer, { headers = {}, form = 'json', status = 200 }: Ask, short: boolean) {
  const before = cpuMicros(server);
  const { requests } = await load(server, {
    connections: 32,
    seconds: short ? 0.5 : 2,
    records: 1,
    rate: 0,
    headers,
    form,
    status,
  });
  return (cpuMicros(server) - before) / requests;
}
