import { demandOf, type EngineName, type Launch, type OutputField, type Proof } from '@slipway/core';
import type { RefusedGroup } from '../artifact/refused-operators.ts';
import { grouped, labelledLines } from './lines.ts';

/** Input and output contract, a line a field. */
export function contractLines({ input, output }: Launch): string {
  const missing = { reject: '', null: '; may be missing', fill: '; filled in when missing' } as const;
  const beside = [...(input.unit === null ? [] : [`${input.unit} (unit)`]), ...input.context];
  return labelledLines([
    ...input.features.map((feature): [string, string] => [
      feature.name,
      `${demandOf(feature)}${missing[feature.missing.kind]}`,
    ]),
    ...(beside.length === 0 ? [] : [['beside', `${beside.join(', ')}: logged, never given to the model`] as const]),
    ...output.fields.map((field): [string, string] => [`→ ${field.name}`, outputText(field)]),
  ]);
}

function outputText(field: OutputField): string {
  const orNull = field.nullable ? ', or null' : '';
  if (field.kind === 'decision') return `${field.on} >= ${field.at}${orNull}`;
  if (field.kind === 'vector') return `array [${field.shape.join(', ')}] from ${field.from}${orNull}`;
  const column = field.class === null ? '' : `, class ${field.class}`;
  return `${field.type} from ${field.from}${column}${orNull}`;
}

/** What is told of an engine. */
interface Engine {
  readonly session: { readonly engine: EngineName };
  readonly reason: string;
  readonly proof: Proof | null;
}

/** Which engine serves, why, which operators the compiler refused, and what it was proved by. */
export function engineLines(engine: Engine, refusals: readonly RefusedGroup[] = []): string {
  const { proof } = engine;
  const rows: [string, string][] = [
    ['serves', engine.session.engine === 'compiled' ? 'compiled to JavaScript' : 'ONNX Runtime'],
    ['because', engine.reason],
  ];
  for (const [at, { operator, count, node, reason }] of refusals.entries()) {
    const times = count === 1 ? node : `${count} times, first ${node}`;
    rows.push([at === 0 ? 'not compiled' : '', `${operator} (${times}): ${reason}`]);
  }
  if (proof !== null) {
    const { scores, labels } = proof;
    const equal = Math.floor(scores.bitEqualShare * 1000) / 10;
    rows.push(['proof', `${grouped(proof.rows)} rows against ${proof.oracle.name} ${proof.oracle.version}`]);
    if (scores.compared > 0) {
      rows.push([
        '',
        `scores: ${equal}% equal to the last bit, the largest difference ${scores.differenceMax.toPrecision(2)}`,
      ]);
    }
    if (labels.compared > 0) rows.push(['', `labels: ${labels.differing} differ`]);
  }
  return labelledLines(rows);
}

/** The engine for scripts; golden rows are left out, since they are long and of no use there. */
export function engineJson(
  { session, reason, proof }: Engine,
  refusals: readonly RefusedGroup[] = [],
): Readonly<Record<string, unknown>> {
  if (proof === null) return { name: session.engine, reason, proof: null, not_compiled: refusals };
  const { golden: _long, ...told } = proof;
  return { name: session.engine, reason, proof: told };
}
