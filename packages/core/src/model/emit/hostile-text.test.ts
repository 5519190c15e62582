import { modelOf, node, value } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { compileProgram } from '../compile.ts';
import { lower } from '../lower/lower.ts';
import type { OnnxModel } from '../onnx/index.ts';
import type { Binding } from '../session.ts';
import { emitProgram } from './emit-program.ts';

// Each holds the word MARK, by which it is found in the source.
const hostile = [
  '"); globalThis.broken = "MARK0',
  "'); globalThis.broken = 1; // MARK1",
  '`$\u007bglobalThis.broken = "MARK2"}`',
  '\\MARK3\\',
  '\\u0022); globalThis.broken = 1; //MARK4',
  'MARK5\u2028globalThis.broken = 1\u2029',
  'MARK6\n\r\t\0\b\u007f',
  '</script><script>globalThis.broken = 1</script><!--MARK7',
  '*/ globalThis.broken = 1; /* MARK8',
  '\ud800MARK9',
  'MARK10\udc00\ud800',
  'MARK11\ufeff\u202e',
];
const names = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'size',
  'NaN',
  'undefined',
  '',
  '0',
];
const forms = ['\u00e9', 'e\u0301', '\u1e9b\u0323', 'K', '\u212a'];
const keys = [...hostile, ...names, ...forms];

/** Texts to numbers, to texts, to one-hot flags, with a guard; names of nodes and values are hostile too. */
function hostileModel(): OnnxModel {
  const named = (given: ReturnType<typeof node>) => ({ ...given, name: `${hostile[0]}${hostile[5]}` });
  return modelOf(hostile[1] as string, {
    nodes: [
      named(
        node('ml:LabelEncoder', ['X'], ['place'], {
          keys_strings: { strings: keys },
          values_int64s: { ints: keys.map((_, at) => at) },
        }),
      ),
      named(
        node('ml:LabelEncoder', ['X'], ['text'], {
          keys_strings: { strings: keys },
          values_strings: { strings: keys.toReversed() },
          default_string: hostile[2] as string,
        }),
      ),
      named(
        node('ml:OneHotEncoder', ['X'], [hostile[3] as string], { cats_strings: { strings: keys }, zeros: { int: 0 } }),
      ),
      node('Flatten', [hostile[3] as string], ['flags']),
      node('ml:LinearRegressor', ['flags'], ['sum'], { coefficients: { floats: keys.map((_, at) => at / 8) } }),
    ],
    inputs: [value('X', 'string', [null, 1])],
    outputs: [
      value('place', 'int64', [null, 1]),
      value('text', 'string', [null, 1]),
      value('sum', 'float32', [null, 1]),
    ],
  });
}

const binding: Binding = {
  inputs: [{ input: 'X', type: 'string', column: 0, width: 1 }],
  outputs: [
    { output: 'place', column: 0, type: 'int64', labels: null },
    { output: 'text', column: 0, type: 'string', labels: null },
    { output: 'sum', column: 0, type: 'float32', labels: null },
  ],
};

function programOf(model: OnnxModel) {
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  return lowering.program;
}

test('no text of a model stands in the source but as a JSON literal on one line', () => {
  const { source } = emitProgram(programOf(hostileModel()));
  expect(source).toContain('MARK');
  expect(source).not.toMatch(/[\u2028\u2029\0]/);
  expect(source.toLowerCase()).not.toContain('</script');
  const literals = source.match(/"(?:[^"\\\n]|\\.)*"/g) ?? [];
  const texts = literals.map((literal) => JSON.parse(literal) as string);
  for (const key of keys) expect(texts).toContain(key);
  const code = source.replaceAll(/"(?:[^"\\\n]|\\.)*"/g, '""');
  expect(code).not.toContain('MARK');
  expect(code).not.toContain('broken');
  expect(code).not.toMatch(/["'`]{2}[^,\])]/);
});

test('keys meet the very same text and nothing else, whatever they say', () => {
  const { columns } = compileProgram(programOf(hostileModel()));
  const [place, text, sum] = columns({ rows: keys.length, columns: [keys] });
  expect([...(place as Float64Array)]).toEqual(keys.map((_, at) => at));
  expect(text).toEqual(keys.toReversed());
  expect([...(sum as Float32Array)]).toEqual(keys.map((_, at) => at / 8));
  const near = ['__Proto__', 'prototype', ' ', '00', 'k', '\u00c9', 'MARK0', '\ufffdMARK9'];
  for (const other of near) {
    expect(() => columns({ rows: 1, columns: [[other]] })).toThrow(expect.objectContaining({ code: 'MODEL_FAILED' }));
  }
  expect(globalThis).not.toHaveProperty('broken');
});
