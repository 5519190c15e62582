import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import type { Registry } from 'slipway';
import { type SlipwayPlace, slipwayBin } from '../serve/slipway-place.ts';
import { HttpConnection, post } from './http-connection.ts';
import { childrenOf } from './processes-of.ts';
import type { Tally } from './tally.ts';

const run = promisify(execFile);
/** What a promise of the product takes: a change of the registry is seen within two seconds, a revoked key within five. */
const seenMsMax = 2000;
const revokedMsMax = 5000;
/** Within this a connection that a killed worker held is gone. */
const cutMs = 1000;
/** By then another one has started in the place of a killed worker, on a busy machine too. */
const replacedMs = 6000;
const by = { by: { kind: 'person', id: 'soak' } } as const;

export interface FaultsOptions {
  readonly place: SlipwayPlace;
  readonly registry: Registry;
  readonly firstKey: Key;
  readonly port: number;
  readonly supervisor: number;
  readonly tally: Tally;
  readonly wait: (ms: number) => Promise<void>;
}

export const newKeyWords = ['keys', 'create', '--name', 'soak', '--scope', 'predict', '--json'] as const;

/** Reads what `slipway keys create --json` prints. */
export function readKey(text: string): Key {
  const { key, id } = JSON.parse(text) as { readonly key: string; readonly id: string };
  return { id, header: { authorization: `Bearer ${key}` } };
}

/** A key, as the registry names it and as a request brings it. */
export interface Key {
  readonly id: string;
  readonly header: Readonly<Record<string, string>>;
}

/** What goes wrong or changes while a server works; each leaves an excuse for what it does to callers. */
export class Faults {
  readonly #options: FaultsOptions;
  #key: Key;
  #isPromoted = false;
  #killedMs = Number.NEGATIVE_INFINITY;

  constructor(options: FaultsOptions) {
    this.#options = options;
    this.#key = options.firstKey;
  }

  /** Brings the key that is good now. */
  get headers(): Readonly<Record<string, string>> {
    return this.#key.header;
  }

  /** Promote, and rollback after it. */
  async swap(): Promise<void> {
    const { registry, tally } = this.#options;
    if (this.#isPromoted) await registry.rollback('learner-risk', by);
    else await registry.promote('learner-risk', '1.1.0', by);
    tally.count(this.#isPromoted ? 'rollbacks' : 'promotes');
    this.#isPromoted = !this.#isPromoted;
  }

  /** Callers change to a new key, then the old one is revoked, and must not be let in for long. */
  async rotateKey(): Promise<void> {
    const { port, tally, wait } = this.#options;
    const old = this.#key;
    this.#key = readKey(await this.#slipway(...newKeyWords));
    // Requests that carry the old one are answered by then.
    await wait(1000);
    await this.#slipway('keys', 'revoke', old.id, '--why', 'rotation');
    await wait(revokedMsMax);
    const status = await this.#probe(post('/predict', '{"hours_studied":3,"quiz_score":40}', old.header), port);
    tally.expect('a revoked key', status, 401, performance.now());
  }

  async killWorker(): Promise<void> {
    const { supervisor, tally } = this.#options;
    const workers = childrenOf(supervisor);
    const victim = workers[tally.counts['workers killed'] === undefined ? 0 : workers.length - 1];
    const nowMs = performance.now();
    // One at a time: what is promised is that the others serve on until it is replaced.
    if (victim === undefined || nowMs - this.#killedMs < replacedMs) return;
    this.#killedMs = nowMs;
    tally.excuse('a killed worker', 'cut', nowMs, nowMs + cutMs);
    process.kill(victim, 'SIGKILL');
    tally.count('workers killed');
  }

  /** The fallback answers in place of the model for a while. */
  async killSwitch(): Promise<void> {
    const { tally, wait } = this.#options;
    const excuse = tally.excuse('the kill switch', 'fallback (switched)', performance.now());
    await this.#slipway('fallback', 'on', 'learner-risk', '--why', 'soak');
    await wait(seenMsMax);
    const status = await this.#answerText();
    tally.expect('the kill switch is on for all', status.includes('"fallback"'), true, performance.now());
    await this.#slipway('fallback', 'off', 'learner-risk', '--why', 'soak');
    excuse.toMs = performance.now() + seenMsMax;
    tally.count('kill switch on and off');
  }

  /** Requests that are wrong, each of which has to be told so, and cost nobody else anything. */
  async malformed(): Promise<void> {
    const { port, tally } = this.#options;
    const good = '{"hours_studied":3,"quiz_score":40}';
    const wrong: readonly (readonly [string, string, number])[] = [
      ['a body that is no JSON', post('/predict', '{"hours_studied":', this.headers), 400],
      ['a value out of its range', post('/predict', '{"hours_studied":3,"quiz_score":400}', this.headers), 400],
      [
        'a body that is no JSON by its type',
        post('/predict', good, { ...this.headers, 'content-type': 'text/plain' }),
        415,
      ],
      ['a model that is not there', post('/models/nobody/predict', good, this.headers), 404],
      ['a body that is too large', post('/predict', `[${'0,'.repeat(2_000_000)}0]`, this.headers), 413],
      ['no key', post('/predict', good, {}), 401],
      ['a key with a typo', post('/predict', good, { authorization: 'Bearer slw_00000000_0' }), 401],
      ['no HTTP', 'HELLO\r\n\r\n', 400],
    ];
    for (const [what, request, status] of wrong)
      tally.expect(what, await this.#probe(request, port), status, performance.now());
  }

  /** Callers that go in the middle of their requests, and before their answers. */
  async abort(): Promise<void> {
    const { port, tally } = this.#options;
    const request = post('/predict', '{"hours_studied":3,"quiz_score":40}', this.headers);
    for (const part of [request.slice(0, 40), request.slice(0, -10), request]) {
      await new Promise<void>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1' });
        socket.on('connect', () => socket.write(part, () => socket.destroy()));
        socket.on('error', () => {});
        socket.on('close', () => resolve());
      });
      tally.count('requests aborted');
    }
  }

  /** A probe that a killed worker cuts is asked again: the fault is in the way, and not what is asked about. */
  async #probe(request: string, port: number): Promise<number> {
    for (let attempt = 0; ; attempt++) {
      const connection = new HttpConnection(port);
      const answer = await connection.ask(request);
      connection.close();
      if (answer !== null || attempt === 3) return answer?.status ?? 0;
    }
  }

  async #answerText(): Promise<string> {
    const connection = new HttpConnection(this.#options.port);
    const answer = await connection.ask(post('/predict', '{"hours_studied":3,"quiz_score":40}', this.headers));
    connection.close();
    return answer?.body ?? '';
  }

  async #slipway(...words: readonly string[]): Promise<string> {
    const { folder, env } = this.#options.place;
    const all = { PATH: process.env.PATH, ...env };
    return (await run(process.execPath, [slipwayBin, ...words], { cwd: folder, env: all })).stdout;
  }
}
