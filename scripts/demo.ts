import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { compareWithApi } from './demo/compare-with-api.ts';
import { readRecords } from './demo/read-records.ts';
import { runSlipway, serveArguments, startServer } from './demo/slipway-process.ts';

// The main job on real files, as a user would do it by hand: `npm run demo`. Everything is made in demo/, anew each
// time; what was started is stopped again, on failure and on Ctrl-C too.

const root = join(import.meta.dirname, '..');
const folder = join(root, 'demo');
const input = 'learners_to_score.csv';
const output = 'scored_learners.csv';

const started = performance.now();
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

try {
  process.exitCode = await demo();
} catch (thrown) {
  // Whatever fails once the demo was stopped, fails because of that.
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  console.error(`\n${stop.signal.aborted ? 'stopped' : `The demo failed: ${reason}`}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
} finally {
  stop.abort();
}

async function demo(): Promise<number> {
  await rm(folder, { recursive: true, force: true });

  title('1. A data set of 20,000 learners, and a small classifier');
  const made = await slipway(['init', relative(process.cwd(), folder)], process.cwd());
  // What to try next stands at the end of the demo.
  console.log(indented(made.split('\nReview in launch.yaml')[0]));

  title('2. Score a file');
  console.log(indented(await slipway(['batch', input, output], folder)));

  title('3. Serve the same model, and ask it for one learner');
  console.log(shown(serveArguments));
  const server = await startServer(folder, stop.signal);
  const records = await readRecords(join(folder, output));
  // The first row is one of the awkward ones; a learner who needs support is a better example.
  const learner = records.find((record, row) => row > 0 && record.needs_support === 'true') ?? records[0];
  await askForOne(server.url, learner.json);

  title('4. Compare every row of the file with the live API');
  const { compared, different } = await compareWithApi(server.url, records, stop.signal);
  await server.stop();
  for (const line of different.slice(0, 10)) console.log(indented(line));
  console.log(indented(`${grouped(compared)} rows compared, ${grouped(different.length)} differ (to the last bit)`));
  if (different.length > 0 || compared === 0) return 1;

  title(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s. Try next`);
  console.log(indented(next()));
  return 0;
}

async function slipway(argv: readonly string[], cwd: string): Promise<string> {
  console.log(shown(argv));
  return runSlipway(argv, cwd, stop.signal);
}

async function askForOne(url: string, record: string): Promise<void> {
  console.log(indented(`POST ${url}/predict\n${record}\n`));
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/predict`, { method: 'POST', headers, body: record, signal: stop.signal });
  const answer = await response.text();
  console.log(indented(`${response.status} ${response.statusText}\n${answer}`));
  if (!response.ok) throw new Error('the server did not answer the learner');
}

function next(): string {
  return `cd ${relative(process.cwd(), folder)}
npx slipway inspect                   what is in the model, and which engine serves it
npx slipway check                     are the eight facts documented, and true?
npx slipway serve --watch             then change a threshold in launch.yaml
npx slipway batch ${input} ranked.csv --top 10
npx slipway train learners.csv --label needed_support --model forest --out forest`;
}

function title(text: string): void {
  console.log(`\n${bold(text)}\n`);
}

function shown(argv: readonly string[]): string {
  return `  ${bold(`$ slipway ${argv.join(' ')}`)}\n`;
}

function bold(text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[22m` : text;
}

function indented(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, '  ');
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
