import { unitText, type Value } from '../contract/index.ts';
import type { Launch } from '../launch/index.ts';
import type { EventFields, EventFrame } from './events.ts';
import type { Prediction } from './types.ts';
import { valueText } from './value-text.ts';

/** The JSON text of the event of one prediction. */
export type EventText = (
  frame: EventFrame,
  record: Readonly<Record<string, unknown>>,
  prediction: Prediction,
) => string;

/**
 * Compiles the writer of a launch's events: the text of `JSON.stringify(recordEvent(…))`, in a fifth of its time and
 * without its objects. An event is made for every prediction, so this is a large part of what a prediction costs.
 */
export function compileEventText(launch: Launch, variant: string, fields: EventFields): EventText {
  const middleText = (model: string, version: string) =>
    `"model":${JSON.stringify(model)},"version":${JSON.stringify(version)},"variant":${JSON.stringify(variant)},"unit":`;
  const own = middleText(launch.model, launch.version);
  const { unit } = fields;
  const contextText = compileObjectText(fields.context);
  const inputsText = compileObjectText(fields.inputs);
  const outputsText = compileObjectText(launch.output.fields.map((field) => field.name));
  const timeText = isoText();
  return ({ atMs, latencyMs, source }, record, { predictionId, outputs, fallback, model, version }) => {
    // Another version may have answered as the fallback.
    const middle = version === launch.version ? own : middleText(model, version);
    const about = unit === null ? null : unitText(record[unit]);
    const why = fallback === null ? 'null' : `{"reason":"${fallback.reason}"}`;
    // The outputs of a fallback stand in the order of the launch file's own block, or are those of another version.
    const answer = fallback === null ? outputsText(outputs) : JSON.stringify(outputs);
    return (
      `{"kind":"prediction","id":"${predictionId}","at":"${timeText(atMs)}",${middle}${valueText(about)},` +
      `"context":${contextText(record)},"inputs":${inputsText(record)},"outputs":${answer},` +
      `"latency_ms":${valueText(latencyMs)},"fallback":${why},"source":"${source}"}`
    );
  };
}

/** The text of some fields of an object; one that it lacks is null. */
function compileObjectText(names: readonly string[]): (values: Readonly<Record<string, unknown>>) => string {
  const keys = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  // Every object answers to `constructor`; only for such a name it matters whether the field is the object's own.
  const isInherited = names.map((name) => name in Object.prototype);
  if (names.length === 0) return () => '{}';
  return (values) => {
    let text = '';
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      const isMissing = isInherited[index] && !Object.hasOwn(values, name);
      text += keys[index] + valueText(isMissing ? null : ((values[name] as Value | undefined) ?? null));
    }
    return `${text}}`;
  };
}

/** ISO 8601, made once for all events of a millisecond. */
function isoText(): (ms: number) => string {
  let lastMs = Number.NaN;
  let text = '';
  return (ms) => {
    if (ms !== lastMs) {
      lastMs = ms;
      text = new Date(ms).toISOString();
    }
    return text;
  };
}
