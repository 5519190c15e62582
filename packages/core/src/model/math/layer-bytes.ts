/**
 * The WebAssembly of the layer kernel: one function `run` over an imported memory, with the arguments of
 * `LayerKernel.run` in bytes. Vector instructions work on four float32 or two float64 outputs at once, each lane a sum of
 * its own in input order: products and sums are rounded one by one as IEEE 754 has it, so lanes give the bits of plain
 * code. Tiles of four rows and two vectors, or of one row and four, keep sums in registers.
 */
export function layerBytes(precision: 'float32' | 'float64'): Uint8Array<ArrayBuffer> {
  const body = new Body(precision).code();
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 9, ...new Array<number>(8).fill(type.i32), type[precision], 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('run'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

const type = { i32: 0x7f, float32: 0x7d, float64: 0x7c, v128: 0x7b } as const;

/** The instructions that differ between float32 and float64, after the prefix of vector instructions. */
const vector = {
  float32: { loadSplat: [0x09, 2], splat: [0x13], add: [0xe4, 0x01], multiply: [0xe6, 0x01], maximum: [0xe9, 0x01] },
  float64: { loadSplat: [0x0a, 3], splat: [0x14], add: [0xf0, 0x01], multiply: [0xf2, 0x01], maximum: [0xf5, 0x01] },
} as const;

const vectorBytes = 16;

/** Locals: the arguments, integers, then vectors. */
const local = {
  x: 0,
  xStride: 1,
  w: 2,
  b: 3,
  s: 4,
  inputs: 5,
  sStride: 6,
  rows: 7,
  floor: 8,
  left: 9,
  k: 10,
  panel: 11,
  bias: 12,
  sum: 13,
  /** Bytes of one vector's weights for all inputs. */
  panelStride: 14,
  xs: 15,
  ws: 19,
  products: 23,
  sums: 27,
} as const;
const integerLocals = local.products - local.left;
const vectorLocals = local.sums + 8 - local.products;

class Body {
  private readonly size: number;
  private readonly op: (typeof vector)['float32' | 'float64'];

  constructor(precision: 'float32' | 'float64') {
    this.size = precision === 'float32' ? 4 : 8;
    this.op = vector[precision];
  }

  code(): number[] {
    return [
      ...[2, integerLocals, type.i32, vectorLocals, type.v128],
      ...set(local.panelStride, [...get(local.inputs), ...constant(vectorBytes), ...multiply]),
      ...this.rowsAtOnce(4, [2, 1]),
      ...this.rowsAtOnce(1, [4, 1]),
      end,
    ];
  }

  /** While so many rows are left: all outputs, several vectors at once and then fewer. */
  private rowsAtOnce(rows: number, vectors: readonly number[]): number[] {
    return whileAtLeast(local.rows, rows, [
      ...set(local.panel, get(local.w)),
      ...set(local.bias, get(local.b)),
      ...set(local.sum, get(local.s)),
      ...set(local.left, get(local.sStride)),
      ...vectors.flatMap((count) => whileAtLeast(local.left, count * vectorBytes, this.tile(rows, count))),
      ...increase(local.x, [...get(local.xStride), ...constant(rows), ...multiply]),
      ...increase(local.s, [...get(local.sStride), ...constant(rows), ...multiply]),
      ...increase(local.rows, constant(-rows)),
    ]);
  }

  private tile(rows: number, vectors: number): number[] {
    const tiles = range(rows).flatMap((row) =>
      range(vectors).map((at) => ({ row, at, sum: local.sums + row * vectors + at })),
    );
    const moved = constant(vectors * vectorBytes);
    return [
      ...range(rows).flatMap((row) => set(local.xs + row, offset(local.x, local.xStride, row))),
      ...range(vectors).flatMap((at) => set(local.ws + at, offset(local.panel, local.panelStride, at))),
      ...tiles.flatMap(({ sum }) => set(sum, [prefix, 0x0c, ...new Array<number>(16).fill(0)])),
      ...set(local.k, get(local.inputs)),
      ...repeat([
        ...range(vectors).flatMap((at) => set(local.products + at, load(local.ws + at))),
        ...tiles.flatMap(({ row, at, sum }) => {
          const product = [...this.loadSplat(local.xs + row), ...get(local.products + at), prefix, ...this.op.multiply];
          return set(sum, [...get(sum), ...product, prefix, ...this.op.add]);
        }),
        ...range(rows).flatMap((row) => increase(local.xs + row, constant(this.size))),
        ...range(vectors).flatMap((at) => increase(local.ws + at, constant(vectorBytes))),
        ...increase(local.k, constant(-1)),
        ...get(local.k),
      ]),
      ...tiles.flatMap(({ row, at, sum }) => this.store(row, at, sum)),
      ...increase(local.panel, [...get(local.panelStride), ...constant(vectors), ...multiply]),
      ...increase(local.bias, moved),
      ...increase(local.sum, moved),
      ...increase(local.left, constant(-vectors * vectorBytes)),
    ];
  }

  /** The sum and its bias, or `floor` where that is larger. */
  private store(row: number, at: number, sum: number): number[] {
    return [
      ...offset(local.sum, local.sStride, row),
      ...get(sum),
      ...load(local.bias, at * vectorBytes),
      ...[prefix, ...this.op.add],
      ...get(local.floor),
      ...[prefix, ...this.op.splat, prefix, ...this.op.maximum],
      ...[prefix, 0x0b, 4, ...unsigned(at * vectorBytes)],
    ];
  }

  private loadSplat(pointer: number): number[] {
    return [...get(pointer), prefix, ...this.op.loadSplat, 0];
  }
}

const prefix = 0xfd;
const end = 0x0b;
const multiply = [0x6c];

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function get(index: number): number[] {
  return [0x20, index];
}

function set(index: number, value: readonly number[]): number[] {
  return [...value, 0x21, index];
}

function increase(index: number, by: readonly number[]): number[] {
  return set(index, [...get(index), ...by, 0x6a]);
}

function constant(value: number): number[] {
  return [0x41, ...signed(value)];
}

/** The pointer, moved by so many strides. */
function offset(pointer: number, stride: number, times: number): number[] {
  if (times === 0) return get(pointer);
  return [...get(pointer), ...get(stride), ...constant(times), ...multiply, 0x6a];
}

function load(pointer: number, bytes = 0): number[] {
  return [...get(pointer), prefix, 0x00, 4, ...unsigned(bytes)];
}

/** A loop that goes on while what its code leaves is not 0. */
function repeat(code: readonly number[]): number[] {
  return [0x03, 0x40, ...code, 0x0d, 0, end];
}

function whileAtLeast(index: number, least: number, code: readonly number[]): number[] {
  const leave = [...get(index), ...constant(least), 0x48, 0x0d, 1];
  return [0x02, 0x40, 0x03, 0x40, ...leave, ...code, 0x0c, 0, end, end];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];
}

/** LEB128, as WebAssembly writes integers. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  const last = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
  return last ? [low] : [low | 128, ...signed(rest)];
}
