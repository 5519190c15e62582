import { Agent, request } from 'node:http';

/** A caller that asks one server again and again, and remembers who answered. */
export interface Witness {
  /** Resolves with the moment of the answer from which on only this version has answered, once it has done so for a while. */
  until(version: string): Promise<number>;
  /** The longest wait for an answer since `forget`. */
  longestMs(): number;
  forget(): void;
  answers(): number;
  close(): Promise<void>;
}

/** A version that has answered so often in a row is the one that answers. */
const inARow = 100;
const body = JSON.stringify({ hours_studied: 3, quiz_score: 40 });

/** Rejects `until` where an answer is no prediction. */
export function watchAnswers(port: number): Witness {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let version = '';
  let sinceMs = 0;
  let row = 0;
  let longestMs = 0;
  let answers = 0;
  let isClosed = false;
  let look: (failed: Error | null) => void = () => {};

  async function ask(): Promise<void> {
    while (!isClosed) {
      const askedMs = performance.now();
      const answered = await post(port, agent);
      const nowMs = performance.now();
      answers += 1;
      longestMs = Math.max(longestMs, nowMs - askedMs);
      row = answered === version ? row + 1 : 1;
      if (row === 1) sinceMs = nowMs;
      version = answered;
      look(null);
    }
  }

  const asking = ask().catch((thrown: Error) => look(thrown));
  return {
    until: (wanted) =>
      new Promise((resolve, reject) => {
        look = (failed) => {
          if (failed !== null) reject(failed);
          else if (version === wanted && row >= inARow) resolve(sinceMs);
        };
      }),
    longestMs: () => longestMs,
    forget() {
      longestMs = 0;
    },
    answers: () => answers,
    async close() {
      isClosed = true;
      await asking;
      agent.destroy();
    },
  };
}

function post(port: number, agent: Agent): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: '/predict', method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve((JSON.parse(text) as { version: string }).version);
        else reject(new Error(`An answer was ${answer.statusCode}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
