import { createHash } from 'node:crypto';
import { tabularCases, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { emitProgram } from './emit/emit-program.ts';
import { engineVersion } from './engine-version.ts';
import { lower } from './lower/lower.ts';
import { erf, exp, log, tanh, transforms } from './math/index.ts';
import { layerBytes } from './math/layer-bytes.ts';

// When this fails, what the compiler emits has changed: give `engineVersion` a new value, so that every stored proof is
// made again, and then pin the new digest here.
const pinned = { version: '2', digest: '357d47fec0b34191' };

test('the engine version changes with what the compiler emits', () => {
  const hash = createHash('sha256');
  for (const { model } of tabularCases) {
    const lowering = lower(model, wholeBinding(model));
    if (lowering.kind === 'refused') continue;
    const { source, tables } = emitProgram(lowering.program);
    hash.update(source);
    for (const [name, table] of Object.entries(tables))
      hash.update(name).update(new Uint8Array(table.buffer, table.byteOffset, table.byteLength));
  }
  const grid = Float64Array.from({ length: 400 }, (_, index) => (index - 200) / 7);
  for (const fn of [
    exp,
    tanh,
    erf,
    transforms.logistic,
    transforms.sigmoid,
    transforms.softplus,
    transforms.gelu,
    transforms.geluTanh,
    (x: number) => log(Math.abs(x) + 0.1),
    (x: number) => transforms.probit((x + 30) / 60),
  ]) {
    hash.update(new Uint8Array(grid.map(fn).buffer));
  }
  for (const precision of ['float32', 'float64'] as const) hash.update(layerBytes(precision));
  expect({ version: engineVersion, digest: hash.digest('hex').slice(0, 16) }).toEqual(pinned);
});
