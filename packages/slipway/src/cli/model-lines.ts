import { demandOf, type Launch, type OutputField } from '@slipway/core';
import type { Engine } from '../compose.ts';
import { labelledLines } from './lines.ts';

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

/** Which engine serves, and why. */
export function engineLines(engine: Engine): string {
  return labelledLines([
    ['serves', engine.session.engine === 'compiled' ? 'compiled to JavaScript' : 'ONNX Runtime'],
    ['because', engine.reason],
  ]);
}

export function engineJson(engine: Engine): Readonly<Record<string, unknown>> {
  return { name: engine.session.engine, reason: engine.reason };
}
