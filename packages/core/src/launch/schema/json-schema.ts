/**
 * The part of JSON Schema (draft-07) that the launch file's schema uses. Every keyword here means the same from
 * draft-06 to 2020-12, and `validate.ts` implements every one: the schema says nothing that we do not check.
 */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  /**
   * `Expected a duration, …`: what belongs here. The language servers of VS Code show it as it is; our own messages
   * take what follows the first word.
   */
  readonly errorMessage?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: string | number | boolean | null;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly oneOf?: readonly JsonSchema[];
}

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** What belongs here, as the end of "… is not", where the schema says it in words. */
export function expectation(schema: JsonSchema): string | null {
  return schema.errorMessage?.replace(/^Expected /, '') ?? null;
}

/** What every field tells its reader in an editor. */
export interface About {
  readonly title: string;
  readonly description: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

/** A map with a closed set of fields. */
export function block(
  about: About,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return { ...about, type: 'object', properties, required, additionalProperties: false };
}

/** A list of at least one item. */
export function listOf(about: About, items: JsonSchema, limits: { readonly itemsMax?: number } = {}): JsonSchema {
  return { ...about, type: 'array', items, minItems: 1, maxItems: limits.itemsMax ?? 1000, uniqueItems: true };
}

/** One word out of a closed set. */
export function oneWordOf(about: About, words: readonly string[]): JsonSchema {
  return { ...about, type: 'string', enum: words };
}

/** Plain text for people: one line or several, never empty. */
export function prose(about: About, lengthMax = 2000): JsonSchema {
  return {
    ...about,
    type: 'string',
    minLength: 1,
    maxLength: lengthMax,
    pattern: '\\S',
    errorMessage: 'Expected a text that says something',
  };
}
