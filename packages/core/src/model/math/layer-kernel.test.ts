import { Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { type LayerKernel, layerKernel, panelWidths, plainKernel, vectorKernel } from './layer-kernel.ts';

const precisions = ['float32', 'float64'] as const;

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: number;
  readonly xStride: number;
  readonly floor: number;
}

const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1e-42, -1e-45, 3e38, -3e38];

function lengthOf({ inputs, outputs, rows, xStride }: Layer): number {
  return inputs * outputs + outputs + rows * outputs + rows * xStride;
}

/** The whole array after a run over seeded numbers, some of them odd. */
function runOf(kernel: LayerKernel, layer: Layer, seed: number, odds: number): Float32Array | Float64Array {
  const { inputs, outputs, rows, xStride, floor } = layer;
  const random = new Random(seed);
  for (let at = 0; at < kernel.numbers.length; at++) {
    kernel.numbers[at] = random.next() < odds ? random.pick(odd) : random.normal();
  }
  const b = inputs * outputs;
  const s = b + outputs;
  kernel.run(s + rows * outputs, xStride, 0, b, s, inputs, outputs, rows, floor);
  return kernel.numbers;
}

/** The first number that differs, or -1: NaN is NaN, whatever its bits, and -0 is not 0. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let at = 0; at < a.length; at++) if (!Object.is(a[at], b[at])) return at;
  return a.length === b.length ? -1 : 0;
}

describe.each(precisions)('the kernel of %s layers', (precision) => {
  test('gives by vector instructions the bits of plain code, for every shape of tile', () => {
    const random = new Random(3);
    for (let seed = 1; seed <= 150; seed++) {
      const inputs = 1 + random.integer(40);
      const layer = {
        inputs,
        outputs: panelWidths[precision] * (1 + random.integer(12)),
        rows: random.integer(13),
        xStride: inputs + random.integer(4),
        floor: random.pick([0, Number.NEGATIVE_INFINITY]),
      };
      const odds = random.pick([0, 0, 0.02]);
      const vector = vectorKernel(precision, lengthOf(layer));
      if (vector === null) throw new Error('this Node has no vector instructions');
      const plain = runOf(plainKernel(precision, lengthOf(layer)), layer, seed, odds);
      expect(firstDifference(runOf(vector, layer, seed, odds), plain), `seed ${seed} ${JSON.stringify(layer)}`).toBe(
        -1,
      );
    }
  });

  test('sums in input order, the bias last, and leaves all other numbers as they are', () => {
    const layer = { inputs: 3, outputs: panelWidths[precision], rows: 1, xStride: 3, floor: Number.NEGATIVE_INFINITY };
    const before = runOf(plainKernel(precision, lengthOf(layer)), { ...layer, rows: 0 }, 1, 0).slice();
    const after = runOf(layerKernel(precision, lengthOf(layer)), layer, 1, 0);
    const round = precision === 'float32' ? Math.fround : (x: number) => x;
    const { outputs } = layer;
    const [b, s] = [3 * outputs, 4 * outputs];
    const x = before.slice(s + outputs);
    for (let output = 0; output < outputs; output++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum = round(sum + round((x[k] ?? 0) * (before[k * outputs + output] ?? 0)));
      expect(after[s + output]).toBe(round(sum + (before[b + output] ?? 0)));
    }
    expect(after.slice(0, s)).toEqual(before.slice(0, s));
    expect(after.slice(s + outputs)).toEqual(x);
  });

  test('is plain code where a page forbids WebAssembly, or there is none', () => {
    const api = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly');
    const layer = { inputs: 5, outputs: 8, rows: 6, xStride: 5, floor: 0 };
    const wanted = runOf(plainKernel(precision, lengthOf(layer)), layer, 2, 0).slice();
    class Forbidden {
      constructor() {
        throw new Error('Refused to compile WebAssembly: the content security policy forbids it');
      }
    }
    try {
      for (const value of [undefined, { Module: Forbidden, Instance: Forbidden, Memory: Forbidden }]) {
        Object.defineProperty(globalThis, 'WebAssembly', { value, configurable: true });
        expect(vectorKernel(precision, 10)).toBeNull();
        expect(runOf(layerKernel(precision, lengthOf(layer)), layer, 2, 0)).toEqual(wanted);
      }
    } finally {
      if (api !== undefined) Object.defineProperty(globalThis, 'WebAssembly', api);
    }
  });
});
