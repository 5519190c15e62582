import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fail, type PredictionEvent, type PredictionEvents, type Value } from '@slipway/core';

/** What of the predictions is kept, and how. What `monitoring.redact` of a launch file names is in no event at all. */
export interface LogPolicy {
  /** From 0 to 1; chosen by the id of a prediction, so that every reader can tell which. */
  readonly share: number;
  /** Fields that are left out. */
  readonly redact: readonly string[];
  /** Fields of which the HMAC-SHA-256 under `key` is kept; `unit` is the unit itself, whatever its field is called. */
  readonly hash: readonly string[];
  readonly key: string | null;
  /** UTF-16 units of the text of an event; of a larger one the largest fields are emptied. Seal and newline come on top. */
  readonly eventLengthMax: number;
}

export const keepAll: LogPolicy = { share: 1, redact: [], hash: [], key: null, eventLengthMax: 64 * 1024 };

/** Whether every event is kept as it is, as long as it is not too large. */
export function keepsAsIs({ share, redact, hash }: LogPolicy): boolean {
  return share >= 1 && redact.length === 0 && hash.length === 0;
}

/** The line of an event, without its seal; null where it is not sampled. `cut` is told of every event that was too large. */
export type EventLine = (events: PredictionEvents, index: number, onCut: () => void) => string | null;

/** Raises SETTINGS_INVALID where fields are to be hashed without a key. */
export function compilePolicy(policy: LogPolicy): EventLine {
  const { share, redact, hash, key, eventLengthMax } = policy;
  const changes = redact.length > 0 || hash.length > 0;
  const hashed = hash.length === 0 ? null : keyedHash(key);
  const kept = (id: string) => share >= 1 || isSampled(id, share);
  return (events, index, onCut) => {
    if (!changes && events.text !== undefined) {
      const text = wellFormed(events.text(index));
      if (share < 1 && !kept(idOf(text))) return null;
      return text.length <= eventLengthMax ? text : cutLine(JSON.parse(text), eventLengthMax, onCut);
    }
    const event = events.event(index);
    if (!kept(event.id)) return null;
    const shown = changes ? changed(event, redact, hash, hashed) : event;
    const text = wellFormed(JSON.stringify(shown));
    return text.length <= eventLengthMax ? text : cutLine(shown, eventLengthMax, onCut);
  };
}

/**
 * JSON whose texts can be written as UTF-8: a lone surrogate, which JSON only has as an escape, becomes U+FFFD. A line
 * that a reader can't take would be a prediction lost.
 */
function wellFormed(text: string): string {
  if (!text.includes('\\ud')) return text;
  // Escape by escape, so that a backslash that was escaped itself begins none.
  return text.replace(/\\(ud[89a-f][0-9a-f]{2}|.)/g, (whole, what: string) => (what.length > 1 ? '\\ufffd' : whole));
}

/** The same answer for the same id everywhere: the CRC-32 of the id lies below the share. */
export function isSampled(id: string, share: number): boolean {
  return crc32(id) < share * 2 ** 32;
}

/** `hmac:` and 64 hexadecimal digits. Raises SETTINGS_INVALID without a key. */
export function keyedHash(key: string | null): (value: Value) => string {
  if (key === null || key === '') {
    throw fail('SETTINGS_INVALID', {
      message: 'Fields of the prediction log are to be hashed, and there is no key to do it with.',
      where: 'SLIPWAY_LOG_HASH_KEY',
      hint: 'Make one with `openssl rand -hex 32` and set SLIPWAY_LOG_HASH_KEY, or SLIPWAY_LOG_HASH_KEY_FILE to a file that holds it.',
    });
  }
  return (value) => `hmac:${createHmac('sha256', key).update(String(value)).digest('hex')}`;
}

type Fields = Readonly<Record<string, Value>>;

function changed(
  event: PredictionEvent,
  redact: readonly string[],
  hash: readonly string[],
  hashed: ((value: Value) => string) | null,
): PredictionEvent & { readonly hashed: readonly string[] } {
  const names = new Set<string>();
  const change = (name: string, value: Value): Value => {
    if (hashed === null || value === null || !hash.includes(name)) return value;
    names.add(name);
    return hashed(value);
  };
  const fields = (all: Fields) =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => !redact.includes(name))
        .map(([name, value]) => [name, change(name, value)]),
    );
  const { unit } = event;
  return {
    ...event,
    unit: unit === null || redact.includes('unit') ? null : (change('unit', unit) as string),
    context: fields(event.context),
    inputs: fields(event.inputs),
    hashed: [...names],
  };
}

/**
 * Empties the largest fields, `unit` among them, one after the other, until the event fits; `cut` names them. Raises
 * where what is left is too large still: such an event is refused, and counts as failed.
 */
function cutLine(event: PredictionEvent, lengthMax: number, onCut: () => void): string {
  const parts = ['inputs', 'context', 'outputs'] as const;
  const sized = parts.flatMap((part) =>
    Object.entries(event[part]).map(([name, value]) => ({ part, name, length: lengthOf(value) })),
  );
  const fields = [...sized, { part: null, name: 'unit', length: lengthOf(event.unit) }];
  fields.sort((a, b) => b.length - a.length);
  const slim = { ...event, inputs: { ...event.inputs }, context: { ...event.context }, outputs: { ...event.outputs } };
  const cut: string[] = [];
  let length = lengthOf(event) + `,"cut":[]`.length;
  for (const { part, name, length: valueLength } of fields) {
    if (length <= lengthMax) break;
    const place = part === null ? name : `${part}.${name}`;
    // The value goes, `null` and its place in `cut` come.
    length += 'null'.length + lengthOf(place) + 1 - valueLength;
    cut.push(place);
    if (part === null) Object.assign(slim, { unit: null });
    else slim[part][name] = null;
  }
  const text = wellFormed(JSON.stringify({ ...slim, cut }));
  if (text.length > lengthMax) {
    throw new Error(`A prediction is too large for the log, also without its fields: ${text.length} of ${lengthMax}.`);
  }
  onCut();
  return text;
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value).length;
}

const idAt = '{"kind":"prediction","id":"'.length;

function idOf(text: string): string {
  return text.slice(idAt, text.indexOf('"', idAt));
}
