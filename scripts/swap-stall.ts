// How long the event loop stands still while a model opens beside one that serves: npx node scripts/swap-stall.ts
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '@slipway/core';
import { forestModel } from '@slipway/testkit';
import { plainLaunch } from '../bench/src/serve/plain-launch.ts';
import { openServedModel } from '../packages/slipway/src/cli/commands/serve-models.ts';
import type { EngineChoice } from '../packages/slipway/src/compose.ts';
import type { RegistryWatch } from '../packages/slipway/src/registry/watch-registry.ts';

const watch: RegistryWatch = { begin: async () => {}, follow: () => () => {}, end: () => {} };
const nothing = () => {};
const log = { child: () => log, debug: nothing, info: nothing, warn: nothing, error: nothing, answered: nothing };
const openings = 10;

/** The longest time between two turns of the event loop while something is done, in milliseconds. */
async function longestStall(work: () => Promise<unknown>): Promise<{ readonly stallMs: number; readonly ms: number }> {
  let isOver = false;
  let stallMs = 0;
  let last = performance.now();
  const turn = () => {
    const now = performance.now();
    stallMs = Math.max(stallMs, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const startedMs = performance.now();
  await work();
  const ms = performance.now() - startedMs;
  isOver = true;
  return { stallMs, ms };
}

async function measure(path: string, engine: EngineChoice): Promise<object> {
  // The first makes the proof, as a push does, and loads the code.
  await (await openServedModel(path, { log, watch, opening: { engine } })).close();
  const found = [];
  for (let turn = 0; turn < openings; turn++) {
    found.push(
      await longestStall(async () => {
        const model = await openServedModel(path, { log, watch, opening: { engine } });
        await model.close();
      }),
    );
  }
  const of = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return { median: sorted[sorted.length >> 1], most: sorted.at(-1) };
  };
  return { stallMs: of(found.map(({ stallMs }) => stallMs)), openMs: of(found.map(({ ms }) => ms)) };
}

const root = mkdtempSync(join(tmpdir(), 'slipway-swap-stall-'));
try {
  const model = forestModel({ trees: 100, depth: 6, features: 20, earlyLeaves: 0 });
  writeFileSync(join(root, 'model.onnx'), encodeModel(model));
  const features = Array.from({ length: 20 }, (_, at) => `f${at}`);
  const text = plainLaunch({ model: 'model', features, output: '{ type: number, from: probabilities, class: 1 }' });
  writeFileSync(join(root, 'launch.yaml'), text);
  const path = join(root, 'launch.yaml');
  const runs = { compiled: await measure(path, 'compiled'), onnxruntime: await measure(path, 'onnxruntime') };
  const about = `the longest stall of the event loop, and the time, of opening a model of 100 trees of depth 6 beside one that serves; ${openings} openings each, the proof is stored`;
  const report = { about, date: new Date().toISOString(), runs };
  writeFileSync(new URL('../bench/results/swap-stall.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  console.log(JSON.stringify(report, null, 2));
} finally {
  rmSync(root, { recursive: true, force: true });
}
