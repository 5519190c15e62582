import { inputsOf, type Lane, type Program } from '../ir/program.ts';
import { blockRows, type EmittedTrees } from '../trees/emitted-trees.ts';
import { type FeedTarget, feedSlots } from '../trees/feed.ts';
import { feedSum, isBlockSum, sumCall } from './coded-columns.ts';
import { lanesOf } from './emit-row.ts';
import { layerColumns, layerFeed, layerLane } from './layers.ts';
import type { Needs, Place } from './place.ts';
import { scalarStep } from './scalar-steps.ts';
import { cutIntoSegments, type Segment } from './segments.ts';

/**
 * `columns(c, n, o)`: blocks of rows, segment by segment. Within a segment a lane is a constant of the loop's body;
 * between segments it crosses in a buffer of one block.
 */
export function emitColumns(program: Program, trees: ReadonlyMap<number, EmittedTrees>, needs: Needs): string {
  const emitter = new ColumnsEmitter(program, trees, needs);
  return emitter.emit();
}

class ColumnsEmitter {
  private readonly program: Program;
  private readonly trees: ReadonlyMap<number, EmittedTrees>;
  private readonly needs: Needs;
  private readonly segments: readonly Segment[];
  private readonly segmentOf: ReadonlyMap<number, number>;
  private readonly crossing: readonly Lane[];

  constructor(program: Program, trees: ReadonlyMap<number, EmittedTrees>, needs: Needs) {
    this.program = program;
    this.trees = trees;
    this.needs = needs;
    const { segments, segmentOf } = cutIntoSegments(program, needs.layers, needs.wide);
    this.segments = segments;
    this.segmentOf = segmentOf;
    this.crossing = this.crossingLanes();
  }

  emit(): string {
    const buffers = this.crossing.map((lane) => `const ${bufferName(lane)} = new Float64Array(${blockRows});\n`);
    const used = this.program.steps.flatMap((step) => {
      if (step.op === 'category') return step.from;
      // A loop over features reads them from the list of columns.
      return step.op === 'load' && !this.needs.wide.has(step.out) ? step.from.map(({ feature }) => feature) : [];
    });
    const inputs = [...new Set(used)].map((feature) => `const c${feature} = c[${feature}];`);
    const outputs = this.program.outputs.map((_, index) => `const o${index} = o[${index}];`);
    return `${buffers.join('')}function columns(c, n, o) {
${[...inputs, ...outputs].join(' ')}
for (let start = 0; start < n; start += ${blockRows}) {
const m = Math.min(${blockRows}, n - start);
${this.segments.map((segment, index) => this.segmentCode(segment, index)).join('\n')}
}
}
`;
  }

  private segmentCode(segment: Segment, index: number): string {
    if (segment.kind === 'block') return this.blockCall(segment.step);
    const lines = this.rowLines(segment, index);
    return lines.length === 0 ? '' : `for (let i = 0; i < m; i++) {\nconst r = start + i;\n${lines.join('\n')}\n}`;
  }

  /** True for a value that a function of its own computes for a whole block. */
  private isBlock(value: number): boolean {
    const step = this.program.steps[value];
    const { op } = step;
    return op === 'trees' || op === 'dense' || isBlockSum(step, this.needs.wide);
  }

  private blockCall(step: Extract<Segment, { kind: 'block' }>['step']): string {
    const { op, out } = step;
    if (op === 'trees') return `t${out}Columns(X${out}, m, S${out});`;
    if (op === 'codedLinear') return sumCall(step);
    const plan = this.needs.layers.of.get(out);
    return plan === undefined ? '' : layerColumns(step, plan);
  }

  private rowLines(segment: Extract<Segment, { kind: 'scalar' }>, index: number): string[] {
    const own = lanesOf(this.program, this.needs.wide);
    const read = (lane: Lane): string => {
      if (this.segmentOf.get(lane.value) === index || own.constant(lane) !== null) return own.read(lane);
      const layer = this.needs.layers.of.get(lane.value);
      if (layer !== undefined) return layerLane(layer, lane.column);
      return this.isBlock(lane.value) ? `S${lane.value}[${lane.column * blockRows} + i]` : `${bufferName(lane)}[i]`;
    };
    const feature = (number: number, offset: number): string => {
      const slot = this.program.features[number];
      return slot.kind === 'numbers' && slot.width > 1 ? `c${number}[r * ${slot.width} + ${offset}]` : `c${number}[r]`;
    };
    const listed = (table: string, at: string) =>
      `c[${table}[4 * ${at} + 1]][r * ${table}[4 * ${at} + 2] + ${table}[4 * ${at} + 3]]`;
    const array = (value: number) => (this.segmentOf.get(value) === index ? own.array(value) : null);
    const { constant } = own;
    const place: Place = { read, feature, text: (number) => `c${number}[r]`, listed, constant, array };
    const parts = segment.steps.map((step) => scalarStep(step, place, this.needs));
    for (const step of segment.feeds) {
      if (step.op === 'codedLinear') {
        parts.push(feedSum(step, read));
        continue;
      }
      if (step.op === 'dense') {
        const plan = this.needs.layers.of.get(step.out);
        if (plan !== undefined) parts.push(layerFeed(step, plan, place, 'i'));
        continue;
      }
      const name = `t${step.out}`;
      const slots = this.trees.get(step.out)?.blockSlots ?? [];
      const target: FeedTarget = {
        numbers: (slot) => `X${step.out}[${slot * blockRows} + i]`,
        categories: (slot) => `${name}Y[${slot * blockRows} + i]`,
      };
      parts.push(feedSlots(name, slots, (input) => read(step.inputs[input]), target));
    }
    for (const lane of this.crossing) {
      if (this.segmentOf.get(lane.value) === index) parts.push(`${bufferName(lane)}[i] = ${read(lane)};`);
    }
    if (index === this.segments.length - 1) parts.push(...this.outputLines(read));
    return parts.filter((part) => part !== '');
  }

  private outputLines(read: Place['read']): string[] {
    return this.program.outputs.map((output, index) => {
      const value = read(output.lane);
      return `o${index}[r] = ${output.form === 'text' ? `l${index}[${value}]` : value};`;
    });
  }

  /** Lanes that a scalar segment defines and a later one reads, each once. */
  private crossingLanes(): Lane[] {
    const found = new Map<string, Lane>();
    const note = (lane: Lane, index: number) => {
      if (this.segmentOf.get(lane.value) === index || this.isBlock(lane.value)) return;
      if (this.program.steps[lane.value].op !== 'constant') found.set(bufferName(lane), lane);
    };
    this.segments.forEach((segment, index) => {
      if (segment.kind === 'block') return;
      for (const step of [...segment.steps, ...segment.feeds]) for (const lane of inputsOf(step)) note(lane, index);
    });
    for (const output of this.program.outputs) note(output.lane, this.segments.length - 1);
    return [...found.values()];
  }
}

function bufferName(lane: Lane): string {
  return `w${lane.value}_${lane.column}`;
}
