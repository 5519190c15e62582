import { layerBytes } from './layer-bytes.ts';

type Precision = 'float32' | 'float64';

/** Outputs that lie side by side in a layer's weights: what one vector instruction takes. */
export const panelWidths = { float32: 4, float64: 2 } as const;

/**
 * What layers of networks run on: numbers in one array, and a function over places in it. All places, strides and counts
 * are in numbers, and places of weights, biases and sums are multiples of the panel's width.
 */
export interface LayerKernel {
  readonly numbers: Float32Array | Float64Array;
  /**
   * `rows` rows of sums at `s`, `outputs` (a multiple of the panel's width) each: `inputs` products in input order,
   * each product and each sum rounded to the precision, the bias last, and not below `floor`. Weights at `w` lie panel
   * after panel, in each panel input after input.
   */
  run(
    x: number,
    xStride: number,
    w: number,
    b: number,
    s: number,
    inputs: number,
    outputs: number,
    rows: number,
    floor: number,
  ): void;
}

/** By WebAssembly's vector instructions where there are any, else by plain code. Both give the same bits. */
export function layerKernel(precision: Precision, length: number): LayerKernel {
  return vectorKernel(precision, length) ?? plainKernel(precision, length);
}

export function plainKernel(precision: Precision, length: number): LayerKernel {
  if (precision === 'float64') {
    const numbers = new Float64Array(length);
    return { numbers, run: (...places) => runDouble(numbers, ...places) };
  }
  const numbers = new Float32Array(length);
  return { numbers, run: (...places) => runSingle(numbers, ...places) };
}

type Run = (numbers: Float32Array | Float64Array, ...places: Parameters<LayerKernel['run']>) => void;

/** Four sums at once: their chains of roundings are independent, so the processor works on all four. */
const runSingle: Run = (numbers, x, xStride, w, b, s, inputs, outputs, rows, floor) => {
  const round = Math.fround;
  for (let row = 0; row < rows; row++) {
    for (let o = 0, p = w; o < outputs; o += 4) {
      let first = 0;
      let second = 0;
      let third = 0;
      let fourth = 0;
      for (let k = x + row * xStride, end = k + inputs; k < end; k++, p += 4) {
        const v = numbers[k];
        first = round(first + round(v * numbers[p]));
        second = round(second + round(v * numbers[p + 1]));
        third = round(third + round(v * numbers[p + 2]));
        fourth = round(fourth + round(v * numbers[p + 3]));
      }
      const at = s + row * outputs + o;
      numbers[at] = notBelow(floor, first + numbers[b + o]);
      numbers[at + 1] = notBelow(floor, second + numbers[b + o + 1]);
      numbers[at + 2] = notBelow(floor, third + numbers[b + o + 2]);
      numbers[at + 3] = notBelow(floor, fourth + numbers[b + o + 3]);
    }
  }
};

const runDouble: Run = (numbers, x, xStride, w, b, s, inputs, outputs, rows, floor) => {
  for (let row = 0; row < rows; row++) {
    for (let o = 0, p = w; o < outputs; o += 2) {
      let first = 0;
      let second = 0;
      for (let k = x + row * xStride, end = k + inputs; k < end; k++, p += 2) {
        const v = numbers[k];
        first += v * numbers[p];
        second += v * numbers[p + 1];
      }
      const at = s + row * outputs + o;
      numbers[at] = notBelow(floor, first + numbers[b + o]);
      numbers[at + 1] = notBelow(floor, second + numbers[b + o + 1]);
    }
  }
};

/** NaN stays NaN. */
function notBelow(floor: number, sum: number): number {
  return sum <= floor ? floor : sum;
}

/** The part of WebAssembly that is used here; no type library of this package declares it. Absent in some places. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: object } },
  ) => {
    readonly exports: { readonly run: LayerKernel['run'] };
  };
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
}

declare const WebAssembly: WebAssemblyApi | undefined;

const pageBytes = 65_536;
const modules = new Map<Precision, object>();

/** Null without WebAssembly, without its vectors, or where the page or the machine does not allow it. */
export function vectorKernel(precision: Precision, length: number): LayerKernel | null {
  if (typeof WebAssembly === 'undefined') return null;
  const api = WebAssembly;
  const size = precision === 'float32' ? 4 : 8;
  try {
    const module = modules.get(precision) ?? new api.Module(layerBytes(precision));
    modules.set(precision, module);
    const memory = new api.Memory({ initial: Math.max(1, Math.ceil((length * size) / pageBytes)) });
    const { run } = new api.Instance(module, { env: { memory } }).exports;
    const Numbers = precision === 'float32' ? Float32Array : Float64Array;
    return {
      numbers: new Numbers(memory.buffer, 0, length),
      run: (x, xStride, w, b, s, inputs, outputs, rows, floor) =>
        run(x * size, xStride * size, w * size, b * size, s * size, inputs, outputs * size, rows, floor),
    };
  } catch {
    return null;
  }
}
