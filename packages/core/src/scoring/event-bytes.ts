import { unitText, type Value } from '../contract/index.ts';
import type { Launch } from '../launch/index.ts';
import type { EventFields, EventFrame } from './events.ts';
import { putNumber, putPlain } from './number-bytes.ts';
import type { Prediction } from './types.ts';

/**
 * Writes the JSON text of an event as UTF-8 into `memory` from `start`, not beyond `end`; answers where it ends. Where
 * it has no room, or the event is not of the plain kind, it answers -1, and what stands from `start` means nothing.
 */
export type EventBytes = (
  frame: EventFrame,
  record: Readonly<Record<string, unknown>>,
  prediction: Prediction,
  memory: Uint8Array,
  start: number,
  end: number,
) => number;

/** A field of an event and the constant bytes before its value. */
interface Step {
  readonly name: string;
  readonly lead: Uint8Array;
  /** Every object answers to `constructor`; only for such a name it matters whether the field is the object's own. */
  readonly isInherited: boolean;
}

/** A number, `null`, `true` and `false` have fewer. */
const plainBytesMax = 32;

/**
 * Compiles the writer of a launch's events into bytes: those of the text that `compileEventText` makes, without the
 * text. Of most events only numbers and short names differ, so most of their bytes are copied. A fallback, an array,
 * and a text with anything but ASCII or with something to escape are left to the text.
 */
export function compileEventBytes(launch: Launch, variant: string, fields: EventFields): EventBytes {
  const { unit } = fields;
  const head = bytesOf('{"kind":"prediction","id":"');
  const middle = [
    `"model":${JSON.stringify(launch.model)}`,
    `"version":${JSON.stringify(launch.version)}`,
    `"variant":${JSON.stringify(variant)}`,
    '"unit":',
  ].join(',');
  const context = stepsOf(',"context":{', fields.context);
  const inputs = stepsOf(`${context.rest}},"inputs":{`, fields.inputs);
  const outputNames = launch.output.fields.map((field) => field.name);
  const outputs = stepsOf(`${inputs.rest}},"outputs":{`, outputNames);
  const latency = bytesOf(`${outputs.rest}},"latency_ms":`);
  const source = bytesOf(',"fallback":null,"source":"');
  const recordSteps = [...context.steps, ...inputs.steps];
  const timeBytes = timeWriter(middle);
  const constants = [head, latency, source, ...[...recordSteps, ...outputs.steps].map((step) => step.lead)];
  const plain = (recordSteps.length + outputs.steps.length + 4) * plainBytesMax;
  const fixedBytes = constants.reduce((sum, bytes) => sum + bytes.length, plain);

  return (frame, record, { predictionId, outputs: answered, fallback }, memory, start, end) => {
    const time = timeBytes(frame.atMs);
    // Whatever stands before them, texts that end before the limit leave room for all that has a known size.
    const limit = end - fixedBytes - time.length;
    if (fallback !== null || start > limit) return -1;
    let at = putText(memory, putBytes(memory, start, head), limit, predictionId);
    if (at < 0) return -1;
    at = putBytes(memory, at, time);
    at = putValue(memory, at, limit, unit === null ? null : unitText(record[unit]));
    if (at < 0) return -1;
    at = putSteps(memory, at, limit, recordSteps, record);
    if (at < 0) return -1;
    at = putSteps(memory, at, limit, outputs.steps, answered);
    if (at < 0) return -1;
    at = putValue(memory, putBytes(memory, at, latency), limit, frame.latencyMs);
    if (at < 0) return -1;
    at = putText(memory, putBytes(memory, at, source), limit, frame.source);
    if (at < 0) return -1;
    memory[at] = quote;
    memory[at + 1] = brace;
    return at + 2;
  };
}

const quote = 0x22;
const backslash = 0x5c;
const brace = 0x7d;

/** Steps whose leads begin with `before`; `rest` is what still has to stand before what follows. */
function stepsOf(before: string, names: readonly string[]): { readonly steps: readonly Step[]; readonly rest: string } {
  const steps = names.map((name, index) => ({
    name,
    lead: bytesOf(`${index === 0 ? before : ','}${JSON.stringify(name)}:`),
    isInherited: name in Object.prototype,
  }));
  return { steps, rest: names.length === 0 ? before : '' };
}

function putSteps(
  memory: Uint8Array,
  start: number,
  limit: number,
  steps: readonly Step[],
  values: Readonly<Record<string, unknown>>,
): number {
  let at = start;
  for (let index = 0; index < steps.length && at >= 0; index++) {
    const { name, lead, isInherited } = steps[index] as Step;
    const isMissing = isInherited && !Object.hasOwn(values, name);
    const value = isMissing ? null : ((values[name] as Value | undefined) ?? null);
    at = putValue(memory, putBytes(memory, at, lead), limit, value);
  }
  return at;
}

function putValue(memory: Uint8Array, at: number, limit: number, value: Value): number {
  if (typeof value === 'number') return putNumber(memory, at, value);
  if (typeof value === 'string') {
    memory[at] = quote;
    const end = putText(memory, at + 1, limit, value);
    if (end >= 0) memory[end] = quote;
    return end < 0 ? -1 : end + 1;
  }
  if (value === null) return putPlain(memory, at, 'null');
  return typeof value === 'boolean' ? putPlain(memory, at, value ? 'true' : 'false') : -1;
}

/** A text that stands in JSON as it is; -1 where it doesn't, or has no room. */
function putText(memory: Uint8Array, start: number, limit: number, text: string): number {
  if (start + text.length > limit) return -1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === quote || code === backslash || code >= 0x80) return -1;
    memory[start + index] = code;
  }
  return start + text.length;
}

function putBytes(memory: Uint8Array, at: number, bytes: Uint8Array): number {
  memory.set(bytes, at);
  return at + bytes.length;
}

/** What stands between id and unit, made once for all events of a millisecond. */
function timeWriter(middle: string): (ms: number) => Uint8Array {
  let lastMs = Number.NaN;
  let bytes = new Uint8Array();
  return (ms) => {
    if (ms !== lastMs) {
      bytes = bytesOf(`","at":"${new Date(ms).toISOString()}",${middle}`);
      lastMs = ms;
    }
    return bytes;
  };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
