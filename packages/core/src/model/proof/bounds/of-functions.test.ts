import { type AttributeValue, modelOf, node, value, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { compileProgram } from '../../compile.ts';
import { openOracle } from '../../fixtures/oracle.ts';
import { lower } from '../../lower/lower.ts';
import { compileTolerances } from '../tolerance.ts';

interface Case {
  readonly op: string;
  readonly type?: 'float32' | 'float64';
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly from?: number;
  /** Least share of the bound that some difference takes: a bound far from all differences would be idle. */
  readonly tight: number;
}

const cases: readonly Case[] = [
  { op: 'Sigmoid', tight: 0.4 },
  { op: 'Tanh', tight: 0.2 },
  { op: 'Exp', tight: 0.2 },
  { op: 'Log', from: 0.01, tight: 0.2 },
  { op: 'Softplus', tight: 0.2 },
  { op: 'Erf', tight: 0.1 },
  { op: 'Gelu', tight: 0.1 },
  { op: 'Gelu', attributes: { approximate: 'tanh' }, tight: 0.05 },
  { op: 'Elu', tight: 0.1 },
  { op: 'Sigmoid', type: 'float64', tight: 0 },
  { op: 'Tanh', type: 'float64', tight: 0 },
  { op: 'Exp', type: 'float64', tight: 0 },
];

test.each(cases)('ONNX Runtime lies within the bound of $op $type $attributes on 20,000 values', async (given) => {
  const { op, type = 'float32', attributes = {}, from = -24, tight } = given;
  const model = {
    ...modelOf('one', {
      nodes: [node(op, ['X'], ['y'], attributes)],
      inputs: [value('X', type, [null, 1])],
      outputs: [value('y', type, [null, 1])],
    }),
    irVersion: 9,
    opsets: new Map([['', 20]]),
  };
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const rows = 20_000;
  const batch = { rows, columns: [Float64Array.from({ length: rows }, (_, at) => from + ((24 - from) * at) / rows)] };
  const oracle = await openOracle(model, binding);
  const [expected] = await oracle.run(batch);
  await oracle.close();
  const [actual] = compileProgram(lowering.program).columns(batch);
  const [bound] = compileTolerances(lowering.program).measure(batch);
  let widest = 0;
  for (let row = 0; row < rows; row++) {
    const difference = Math.abs(Number(actual?.[row]) - Number(expected?.[row]));
    if (difference > 0) widest = Math.max(widest, difference / Number(bound?.[row]));
  }
  expect(widest).toBeLessThanOrEqual(1);
  expect(widest).toBeGreaterThanOrEqual(tight);
});
