import { fail, type SlipwayError } from '@slipway/core';

/** The model file contradicts itself, or ends too early. */
export function corrupt(where: string, message: string, cause?: unknown): SlipwayError {
  return fail('MODEL_FILE_CORRUPT', { message, where, cause });
}

/** The model file says something that import does not know. */
export function unsupported(where: string, message: string, hint: string): SlipwayError {
  return fail('MODEL_FILE_UNSUPPORTED', { message, where, hint });
}

/** Lists of numbers as documents hold them: JSON's arrays, or the typed arrays of a binary form. */
export type NumberList = ArrayLike<number>;

/**
 * One value of a document that a stranger wrote, with the path to it: asks for what it must be, and raises
 * MODEL_FILE_CORRUPT with the path where it is something else.
 */
export class DocumentValue {
  readonly path: string;
  readonly #value: unknown;

  constructor(value: unknown, path = '') {
    this.#value = value;
    this.path = path;
  }

  get(name: string): DocumentValue {
    const found = this.find(name);
    if (found === null) throw corrupt(this.path || 'the file', `There is no ${JSON.stringify(name)}.`);
    return found;
  }

  /** Null where the object has no such member. */
  find(name: string): DocumentValue | null {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#not('an object');
    if (!Object.hasOwn(value, name)) return null;
    const path = this.path === '' ? name : `${this.path}.${name}`;
    return new DocumentValue((value as Readonly<Record<string, unknown>>)[name], path);
  }

  items(): DocumentValue[] {
    if (!Array.isArray(this.#value)) {
      if (isTyped(this.#value)) return Array.from(this.#value, (value, index) => this.#item(value, index));
      throw this.#not('a list');
    }
    return this.#value.map((value: unknown, index) => this.#item(value, index));
  }

  #item(value: unknown, index: number): DocumentValue {
    return new DocumentValue(value, `${this.path}[${index}]`);
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.#not('text');
    return this.#value;
  }

  /** A whole number, also where it is written as text. */
  integer(): number {
    const value =
      typeof this.#value === 'string' && /^-?\d{1,15}$/.test(this.#value) ? Number(this.#value) : this.#value;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.#not('a whole number');
    return value;
  }

  /** `count` numbers; true and false are 1 and 0, and null is NaN, for which JSON has no word. */
  numbers(count?: number): NumberList {
    const list = isTyped(this.#value) ? this.#value : this.#plainNumbers();
    if (count !== undefined && list.length !== count) {
      throw corrupt(this.path, `The list has ${list.length} entries where ${count} belong.`);
    }
    return list;
  }

  #plainNumbers(): NumberList {
    const list: unknown = this.#value;
    if (!Array.isArray(list)) throw this.#not('a list of numbers');
    const others = list.findIndex((value) => typeof value !== 'number');
    if (others < 0) return list as number[];
    return list.map((value: unknown, index) => {
      if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
      if (value === null) return Number.NaN;
      throw corrupt(`${this.path}[${index}]`, 'The entry is not a number.');
    });
  }

  #not(what: string): SlipwayError {
    return corrupt(this.path || 'the file', `The value is ${kindOf(this.#value)}, not ${what}.`);
  }
}

function isTyped(value: unknown): value is NumberList {
  return ArrayBuffer.isView(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value) || isTyped(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
