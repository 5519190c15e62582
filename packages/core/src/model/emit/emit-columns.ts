import { inputsOf, type Lane, type Program } from '../ir/program.ts';
import { blockRows, type EmittedTrees } from '../trees/emitted-trees.ts';
import { feed } from './emit-row.ts';
import { laneName, type Needs, type Place, scalarStep } from './scalar-steps.ts';
import { cutIntoSegments, type Segment } from './segments.ts';

/**
 * `columns(c, n, o)`: blocks of rows, segment by segment. Within a segment a lane is a constant of the loop's body;
 * between segments it crosses in a buffer of one block.
 */
export function emitColumns(program: Program, trees: ReadonlyMap<number, EmittedTrees>, needs: Needs): string {
  const { segments, segmentOf } = cutIntoSegments(program);
  const crossing = crossingLanes(program, segments, segmentOf, trees);
  const bodies = segments.map((segment, index) => {
    if (segment.kind === 'trees') return `t${segment.step.out}Columns(X${segment.step.out}, m, S${segment.step.out});`;
    const read = (lane: Lane): string => {
      if (segmentOf.get(lane.value) === index) return laneName(lane);
      return trees.has(lane.value) ? `S${lane.value}[${lane.column * blockRows} + i]` : `${bufferName(lane)}[i]`;
    };
    const lines = segmentLines(program, segment, trees, read, needs);
    for (const lane of crossing)
      if (segmentOf.get(lane.value) === index) lines.push(`${bufferName(lane)}[i] = ${laneName(lane)};`);
    if (index === segments.length - 1) lines.push(...outputLines(program, read));
    return lines.length === 0 ? '' : `for (let i = 0; i < m; i++) {\nconst r = start + i;\n${lines.join('\n')}\n}`;
  });
  const buffers = crossing.map((lane) => `const ${bufferName(lane)} = new Float64Array(${blockRows});\n`);
  return `${buffers.join('')}function columns(c, n, o) {
${featureColumns(program)} ${program.outputs.map((_, index) => `const o${index} = o[${index}];`).join(' ')}
for (let start = 0; start < n; start += ${blockRows}) {
const m = Math.min(${blockRows}, n - start);
${bodies.join('\n')}
}
}
`;
}

function bufferName(lane: Lane): string {
  return `w${lane.value}_${lane.column}`;
}

function featureColumns(program: Program): string {
  const used = program.steps.flatMap((step) => (step.op === 'load' ? step.from.map(({ feature }) => feature) : []));
  return [...new Set(used)].map((feature) => `const c${feature} = c[${feature}];`).join(' ');
}

/** Lanes that a scalar segment defines and a later one reads, each once. */
function crossingLanes(
  program: Program,
  segments: readonly Segment[],
  segmentOf: ReadonlyMap<number, number>,
  trees: ReadonlyMap<number, EmittedTrees>,
): Lane[] {
  const found = new Map<string, Lane>();
  const note = (lane: Lane, index: number) => {
    if (segmentOf.get(lane.value) !== index && !trees.has(lane.value)) found.set(laneName(lane), lane);
  };
  segments.forEach((segment, index) => {
    if (segment.kind === 'trees') return;
    for (const step of [...segment.steps, ...segment.feeds]) for (const lane of inputsOf(step)) note(lane, index);
  });
  for (const output of program.outputs) note(output.lane, segments.length - 1);
  return [...found.values()];
}

function segmentLines(
  program: Program,
  segment: Extract<Segment, { kind: 'scalar' }>,
  trees: ReadonlyMap<number, EmittedTrees>,
  read: Place['read'],
  needs: Needs,
): string[] {
  const feature = (number: number, offset: number) => {
    const slot = program.features[number];
    return slot.kind === 'numbers' && slot.width > 1 ? `c${number}[r * ${slot.width} + ${offset}]` : `c${number}[r]`;
  };
  const lines = segment.steps.map((step) => scalarStep(step, { read, feature }, needs));
  const fed = segment.feeds.map((step) =>
    feed(step, trees.get(step.out)?.blockSlots, read, (slot) => `X${step.out}[${slot * blockRows} + i]`),
  );
  return [...lines, ...fed];
}

function outputLines(program: Program, read: Place['read']): string[] {
  return program.outputs.map((output, index) => {
    const value = read(output.lane);
    return `o${index}[r] = ${output.form === 'text' ? `l${index}[${value}]` : value};`;
  });
}
