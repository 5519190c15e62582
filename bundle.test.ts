import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';
import {
  encodeModel,
  type FeatureBatch,
  isPromise,
  type LaneValues,
  lower,
  type OnnxModel,
  openCompiledSession,
} from '@slipway/core';
import { boostedModel, logisticModel, Random, randomBatch, wholeBinding } from '@slipway/testkit';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, test } from 'vitest';

// The proof that core runs in browsers and workers: its bundle needs nothing but the language and the text codecs.

const entry = fileURLToPath(new URL('./packages/core/src/index.ts', import.meta.url));

async function bundleForBrowsers(input: string) {
  const warnings: string[] = [];
  const build = await rolldown({ input, platform: 'browser', onLog: (_, log) => warnings.push(log.message) });
  const { output } = await build.generate({ format: 'iife', name: 'core' });
  await build.close();
  return { chunks: output.filter((file) => file.type === 'chunk'), files: output.length, warnings };
}

describe('core bundled for browsers', () => {
  let bundle: Awaited<ReturnType<typeof bundleForBrowsers>>;
  beforeAll(async () => {
    bundle = await bundleForBrowsers(entry);
  });

  test('is one file that imports nothing: no node: module, no native part, nothing left outside', () => {
    expect(bundle.files).toBe(1);
    expect(bundle.warnings).toEqual([]);
    for (const { imports, dynamicImports, moduleIds } of bundle.chunks) {
      expect([...imports, ...dynamicImports]).toEqual([]);
      expect(moduleIds.length).toBeGreaterThan(50);
      expect(moduleIds.filter((id) => /^node:|\.node$|browser-external/.test(id))).toEqual([]);
    }
  });

  test('starts and reads a launch file where there is no process, no timer and no console', () => {
    const bare = createContext({ TextDecoder, TextEncoder });
    const code = bundle.chunks.map((chunk) => chunk.code).join('\n');
    new Script(code).runInContext(bare);
    expect(new Script('typeof process + typeof setTimeout').runInContext(bare)).toBe('undefinedundefined');
    const run = `try { core.parseLaunch('slipway: [', 'launch.yaml') } catch (error) { error.code }`;
    expect(new Script(run).runInContext(bare)).toBe('LAUNCH_SYNTAX');
  });

  test.each([
    ['logistic regression', logisticModel()],
    ['gradient boosting', boostedModel({ trees: 20, depth: 5 })],
  ])('reads, compiles and runs an ONNX model there (%s), with the same bits as in Node.js', (_, model) => {
    const binding = wholeBinding(model);
    const batch = randomBatch(binding, new Random(7), { rows: 200 });
    const bare = createContext({ TextDecoder, TextEncoder });
    new Script(bundle.chunks.map((chunk) => chunk.code).join('\n')).runInContext(bare);
    // Given as text, so that everything inside is made of that world's own arrays.
    const given = JSON.stringify({
      bytes: [...encodeModel(model)],
      binding,
      columns: batch.columns.map((c) => [...c]),
    });
    const inside = new Script(`{
      const { bytes, binding, columns } = ${given};
      const { program } = core.lower(core.decodeModel(Uint8Array.from(bytes)), binding);
      const batch = { rows: 200, columns: columns.map((column) => Float64Array.from(column)) };
      JSON.stringify(core.openCompiledSession(program, binding).run(batch).map((lane) => [...lane]));
    }`);
    expect(JSON.parse(inside.runInContext(bare))).toEqual(runHere(model, batch).map((lane) => [...lane]));
  });

  test('the same look at a script for Node.js finds what it imports', async () => {
    const script = await bundleForBrowsers(fileURLToPath(new URL('./scripts/tidy/repository.ts', import.meta.url)));
    expect(script.chunks.flatMap(({ imports }) => imports)).toContain('node:fs');
  });
});

function runHere(model: OnnxModel, batch: FeatureBatch): readonly LaneValues[] {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const lanes = openCompiledSession(lowering.program, binding).run(batch);
  if (isPromise(lanes)) throw new Error('a compiled session answers at once');
  return lanes;
}
