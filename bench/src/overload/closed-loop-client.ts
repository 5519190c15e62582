// Callers that each ask again as soon as they have an answer: how many answers a server gives in a second at most.
// node closed-loop-client.ts '{"port":8080,…}' prints one JSON document.
import { Agent, request } from 'node:http';

const options = JSON.parse(process.argv[2] as string) as {
  readonly port: number;
  readonly path?: string;
  readonly body: object;
  readonly connections: number;
  readonly seconds: number;
};
const warmUpMs = 500;
const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
const body = JSON.stringify(options.body);
const latenciesMs: number[] = [];
let isMeasuring = false;
let isDone = false;

const callers = Array.from({ length: options.connections }, call);
await wait(warmUpMs);
isMeasuring = true;
const startedMs = performance.now();
await wait(options.seconds * 1000);
isMeasuring = false;
isDone = true;
const seconds = (performance.now() - startedMs) / 1000;
await Promise.all(callers);
const sorted = latenciesMs.toSorted((a, b) => a - b);
const quantile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)];
process.stdout.write(
  JSON.stringify({ perSecond: sorted.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }),
);
process.exit(0);

async function call(): Promise<void> {
  while (!isDone) {
    const fromMs = performance.now();
    const status = await ask();
    if (status !== 200) throw new Error(`An answer was ${status}.`);
    if (isMeasuring) latenciesMs.push(performance.now() - fromMs);
  }
}

function ask(): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const { port, path = '/predict' } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, method: 'POST', agent, headers, host: '127.0.0.1' }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
