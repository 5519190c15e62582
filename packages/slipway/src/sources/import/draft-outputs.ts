import type { ModelSignature, OutputSpec, RawOutputField } from '@slipway/core';
import { unsupported } from './document.ts';
import { cleanName, freeName } from './feature-names.ts';

export interface DraftedOutputs {
  readonly fields: Readonly<Record<string, RawOutputField>>;
  /** Outputs of the model that no field reads, with the reason. */
  readonly notes: readonly string[];
}

/** Names that every answer carries beside the outputs. */
const reserved = ['model', 'version', 'prediction_id', 'thresholds', 'fallback', 'error'];

/** More columns than this become one array. */
const columnsMax = 16;

/**
 * A field for each output of the model: the probability of class 1 with a decision at 0.5, or the label and a score a
 * class, numbers by column, and arrays. `bounded` tells that scores of classes are probabilities of 0, 1 and so on.
 */
export function draftOutputs(
  { outputs }: ModelSignature,
  featureNames: readonly string[],
  bounded: boolean,
): DraftedOutputs {
  const draft = new Draft(featureNames, bounded);
  const decided = bounded && outputs.some(({ classes, isLabel }) => !isLabel && classes?.length === 2);
  // The decision says what the label would, and follows the threshold.
  for (const output of outputs) if (!(decided && output.isLabel)) draft.add(output);
  if (draft.fields.size === 0) {
    throw unsupported(
      'outputs',
      'No output of the model has a shape that a contract can hold.',
      'Export it with fixed dimensions after the first.',
    );
  }
  return { fields: Object.fromEntries(draft.fields), notes: draft.notes };
}

class Draft {
  readonly fields = new Map<string, RawOutputField>();
  readonly notes: string[] = [];
  readonly #taken: Set<string>;
  readonly #bounded: boolean;

  constructor(featureNames: readonly string[], bounded: boolean) {
    this.#taken = new Set([...featureNames.map((name) => name.toLowerCase()), ...reserved]);
    this.#bounded = bounded;
  }

  add(output: OutputSpec): void {
    if (output.isLabel || (output.classes === null && output.width === 1)) this.#single(output);
    else if (output.classes !== null) this.#scores(output, output.classes);
    else this.#columns(output);
  }

  #single({ name, type }: OutputSpec): void {
    const read = { from: name, nullable: true };
    if (type === 'string') this.#put(name, { type: 'string', ...read });
    else if (type === 'bool') this.#put(name, { type: 'boolean', ...read });
    else this.#put(name, { type: numberType(type), ...read });
  }

  /** Of two classes the second is the one that is asked about. */
  #scores({ name, type }: OutputSpec, classes: readonly (string | number)[]): void {
    const limits = this.#bounded ? { minimum: 0, maximum: 1 } : {};
    const score = (label: string | number): RawOutputField => ({
      type: numberType(type),
      ...limits,
      from: name,
      class: label,
      nullable: true,
    });
    const [, second] = classes;
    if (classes.length === 2 && second !== undefined) {
      const named = this.#put('score', score(second));
      if (this.#bounded) this.#put('decision', { type: 'boolean', threshold: { on: named, at: 0.5 }, nullable: true });
    } else if (classes.length <= columnsMax) {
      for (const label of classes) this.#put(`score_${label}`, score(label));
    } else this.#put(name, { type: 'array', from: name, shape: [classes.length], nullable: true });
  }

  #columns({ name, type, width, shape }: OutputSpec): void {
    const sizes = shape.slice(1);
    if (type === 'string' || width === null || !sizes.every((size) => typeof size === 'number')) {
      const text = shape.map((size) => size ?? '?').join(', ');
      this.notes.push(
        `the output ${JSON.stringify(name)}, ${type} of the shape [${text}], is in no field: a contract needs fixed numbers`,
      );
    } else if (width <= columnsMax && sizes.length === 1) {
      for (let index = 0; index < width; index++) {
        this.#put(`${name}_${index + 1}`, { type: numberType(type), from: name, index, nullable: true });
      }
    } else this.#put(name, { type: 'array', from: name, shape: sizes, nullable: true });
  }

  #put(wanted: string, field: RawOutputField): string {
    const name = freeName(cleanName(wanted, 'output'), this.#taken);
    this.fields.set(name, field);
    return name;
  }
}

function numberType(type: OutputSpec['type']): 'number' | 'integer' {
  return type.startsWith('float') ? 'number' : 'integer';
}
