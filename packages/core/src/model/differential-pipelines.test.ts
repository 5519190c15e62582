import { int64Tensor, modelOf, node, Random, value, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { agreementOf } from './fixtures/agreement.ts';
import { lower } from './lower/lower.ts';
import { nextDown, nextUp } from './math/index.ts';
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from './onnx/index.ts';
import type { FeatureBatch } from './session.ts';

// Random pipelines of encoders in front of trees or a sum; a failure names its seed.
const seeds = Array.from({ length: 300 }, (_, index) => index + 1);

test('random pipelines of encoders equal ONNX Runtime: trees in every bit, sums within their last ones', async () => {
  for (const seed of seeds) {
    const random = new Random(seed);
    const pipeline = new RandomPipeline(random, seed % 3 === 0 ? 'sum' : 'trees');
    const model = pipeline.model();
    const lowering = lower(model, wholeBinding(model));
    const message = `seed ${seed}: ${pipeline.description}`;
    expect(lowering.kind === 'refused' ? `${lowering.op}: ${lowering.reason}` : 'program', message).toBe('program');
    const agreement = await agreementOf(model, pipeline.batch(60));
    expect(agreement?.rowsAgree, message).toBe(true);
    if (seed % 3 === 0) expect(agreement?.differenceMax, `${message}: ${agreement?.first}`).toBeLessThan(1e-4);
    else expect(agreement?.bitEqual, `${message}: ${agreement?.first}`).toBe(agreement?.values);
  }
});

const words = ['a', 'b', 'c', '', 'd\u00e9', 'de\u0301', '__proto__', 'none'];
const numbers = [0, -0, 1, -1, 0.5, 2, 1e-40, -3.5, 7];

/** Columns `t0` ... of text, `x0` ... of float32 and `i0` ... of int64; each is encoded in some way, then joined. */
class RandomPipeline {
  readonly #random: Random;
  readonly #behind: 'trees' | 'sum';
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs: OnnxValueInfo[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #parts: { readonly name: string; readonly width: number }[] = [];
  #names = 0;

  constructor(random: Random, behind: 'trees' | 'sum') {
    this.#random = random;
    this.#behind = behind;
    for (let count = 1 + random.integer(3); count > 0; count--) this.#textColumn(`t${count}`);
    for (let count = 1 + random.integer(3); count > 0; count--) this.#numberColumn(`x${count}`);
    for (let count = random.integer(3); count > 0; count--) this.#integerColumn(`i${count}`);
  }

  get description(): string {
    return this.#nodes.map((each) => `${each.opType}(${each.inputs.join()})`).join(' ');
  }

  model(): OnnxModel {
    const parts = this.#shuffled(this.#parts);
    const joined = this.#add(
      'Concat',
      parts.map(({ name }) => name),
      { axis: { int: 1 } },
    );
    const width = parts.reduce((sum, part) => sum + part.width, 0);
    const order = Array.from({ length: width + this.#random.integer(3) }, () => this.#random.integer(width));
    const picked = this.#random.next() < 0.4 ? this.#pick(joined, order) : joined;
    const columns = picked === joined ? width : order.length;
    this.#nodes.push(this.#behind === 'sum' ? this.#sum(picked, columns) : this.#trees(picked, columns));
    const model = modelOf('pipeline', {
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: [value('y', 'float32', [null, 1])],
      initializers: this.#initializers,
    });
    return {
      ...model,
      opsets: new Map([
        ['', 19],
        ['ai.onnx.ml', 3],
      ]),
    };
  }

  batch(rows: number): FeatureBatch {
    const random = this.#random;
    const column = (type: string | null) => {
      if (type === 'string') return Array.from({ length: rows }, () => random.pick([...words, 'unknown', 'A']));
      const missing = type === 'float32' ? [Number.NaN] : [];
      const all =
        type === 'float32' ? [...numbers, ...numbers.map(nextUp), ...numbers.map(nextDown)] : [0, 1, 2, 3, -1, 9];
      return Float64Array.from({ length: rows }, () => random.pick([...all, ...missing]));
    };
    return {
      rows,
      columns: this.#inputs.flatMap(({ type, shape }) =>
        Array.from({ length: Number(shape?.[1]) }, () => column(type)),
      ),
    };
  }

  #add(op: string, inputs: readonly string[], attributes: Parameters<typeof node>[3] = {}): string {
    const name = `v${this.#names++}`;
    this.#nodes.push(node(op, inputs, [name], attributes));
    return name;
  }

  #constant(make: (name: string) => OnnxTensor): string {
    const tensor = make(`k${this.#names++}`);
    this.#initializers.push(tensor);
    return tensor.name;
  }

  #pick(name: string, order: readonly number[]): string {
    const at = this.#constant((own) => int64Tensor(own, [order.length], order));
    return this.#random.next() < 0.5
      ? this.#add('ml:ArrayFeatureExtractor', [name, at])
      : this.#add('Gather', [name, at], { axis: { int: 1 } });
  }

  #textColumn(name: string): void {
    this.#inputs.push(value(name, 'string', [null, 1]));
    const filled = this.#random.next() < 0.4 ? this.#filled(name) : name;
    this.#encoded(filled, 'string');
    // The same column now and then goes to a second encoder.
    if (this.#random.next() < 0.3) this.#encoded(name, 'string');
  }

  /** One text, or every text that equals it, in place of another. */
  #filled(name: string): string {
    const text = (own: string): OnnxTensor => ({
      name: own,
      type: 'string',
      dims: [1],
      data: [this.#random.pick(words)],
    });
    const condition = this.#add('Equal', [name, this.#constant(text)]);
    return this.#add('Where', [condition, this.#constant(text), name]);
  }

  #encoded(name: string, type: 'string' | 'int64' | 'float32', width = 1): void {
    const random = this.#random;
    const size = 1 + random.integer(6);
    const whole = Array.from({ length: size }, () => random.integer(4) - 1);
    const keys =
      type === 'string' ? { strings: Array.from({ length: size }, () => random.pick(words)) } : { ints: whole };
    if (random.next() < 0.5) {
      const hot = this.#add('ml:OneHotEncoder', [name], { [type === 'string' ? 'cats_strings' : 'cats_int64s']: keys });
      this.#parts.push({ name: this.#add('Flatten', [hot]), width: width * size });
      return;
    }
    const from =
      type === 'float32'
        ? { keys_floats: { floats: whole } }
        : { [type === 'string' ? 'keys_strings' : 'keys_int64s']: keys };
    if (random.next() < 0.5) {
      const values = { floats: Array.from({ length: size }, () => random.pick(numbers)) };
      const coded = this.#add('ml:LabelEncoder', [name], {
        ...from,
        values_floats: values,
        default_float: { float: 0.5 },
      });
      this.#parts.push({ name: coded, width });
      return;
    }
    const coded = this.#add('ml:LabelEncoder', [name], { ...from, values_int64s: { ints: whole } });
    this.#parts.push({ name: this.#add('Cast', [coded], { to: { int: 1 } }), width });
  }

  #numberColumn(name: string): void {
    const random = this.#random;
    const width = 1 + random.integer(2);
    this.#inputs.push(value(name, 'float32', [null, width]));
    const list = (make: () => number) => ({ floats: Array.from({ length: width }, make) });
    let last = name;
    // Sums of NaN are NaN in every order: nothing to compare.
    if (this.#behind === 'sum' || random.next() < 0.6)
      last = this.#add('ml:Imputer', [last], {
        imputed_value_floats: list(() => random.normal()),
        replaced_value_float: { float: Number.NaN },
      });
    if (random.next() < 0.6)
      last = this.#add('ml:Scaler', [last], {
        offset: list(() => random.pick(numbers)),
        scale: list(() => random.pick([1, -2, 0.3, 0, 8])),
      });
    if (random.next() < 0.3) {
      this.#encoded(last, 'float32', width);
      return;
    }
    this.#parts.push({ name: last, width });
  }

  #integerColumn(name: string): void {
    this.#inputs.push(value(name, 'int64', [null, 1]));
    if (this.#random.next() < 0.7) this.#encoded(name, 'int64');
    else this.#parts.push({ name: this.#add('Cast', [name], { to: { int: 1 } }), width: 1 });
  }

  #sum(input: string, columns: number): OnnxNode {
    const weights = Array.from({ length: columns }, () => this.#random.normal() / 8);
    return node('ml:LinearRegressor', [input], ['y'], {
      coefficients: { floats: weights },
      intercepts: { floats: [0.25] },
    });
  }

  /** Trees of two questions each, about numbers that encoders give. */
  #trees(input: string, columns: number): OnnxNode {
    const random = this.#random;
    const trees = Array.from({ length: 12 }, (_, tree) => tree);
    const each = (make: (tree: number) => readonly number[]) => ({ ints: trees.flatMap(make) });
    const modes = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ'];
    return node('ml:TreeEnsembleRegressor', [input], ['y'], {
      nodes_treeids: each((tree) => [tree, tree, tree, tree, tree]),
      nodes_nodeids: each(() => [0, 1, 2, 3, 4]),
      nodes_featureids: each(() => [random.integer(columns), random.integer(columns), 0, 0, 0]),
      nodes_modes: { strings: trees.flatMap(() => [random.pick(modes), random.pick(modes), 'LEAF', 'LEAF', 'LEAF']) },
      nodes_values: { floats: trees.flatMap(() => [random.pick(numbers), random.pick(numbers), 0, 0, 0]) },
      nodes_truenodeids: each(() => [1, 2, 0, 0, 0]),
      nodes_falsenodeids: each(() => [4, 3, 0, 0, 0]),
      nodes_missing_value_tracks_true: each(() => [random.integer(2), random.integer(2), 0, 0, 0]),
      target_treeids: each((tree) => [tree, tree, tree]),
      target_nodeids: each(() => [2, 3, 4]),
      target_ids: each(() => [0, 0, 0]),
      target_weights: { floats: trees.flatMap(() => [random.normal(), random.normal(), random.normal()]) },
      n_targets: { int: 1 },
    });
  }

  #shuffled<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, at: this.#random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }
}
