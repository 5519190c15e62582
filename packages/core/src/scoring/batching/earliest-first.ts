/** What an `EarliestFirst` holds: its time, and its turn among those of the same time. */
export interface Timed {
  readonly atMs: number;
  readonly turn: number;
}

/**
 * A binary heap by time that can also let go of an item in its middle: each step costs `log2 n`, and an item that is
 * taken out is not held on to.
 */
export class EarliestFirst<T> {
  readonly #items: T[] = [];
  readonly #places = new Map<T, number>();
  readonly #timeOf: (item: T) => Timed;

  constructor(timeOf: (item: T) => Timed) {
    this.#timeOf = timeOf;
  }

  get size(): number {
    return this.#items.length;
  }

  first(): T | undefined {
    return this.#items[0];
  }

  /** All items, in no order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** False where the item is not here. */
  remove(item: T): boolean {
    const place = this.#places.get(item);
    if (place === undefined) return false;
    this.#places.delete(item);
    const last = this.#items.pop() as T;
    if (last === item) return true;
    this.#sink(last, place);
    this.#rise(last, this.#places.get(last) as number);
    return true;
  }

  #isBefore(one: T, other: T): boolean {
    const [a, b] = [this.#timeOf(one), this.#timeOf(other)];
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);
  }

  #rise(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above] as T;
      if (!this.#isBefore(item, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(item, place);
  }

  #sink(item: T, from: number): void {
    let place = from;
    for (let below = 2 * place + 1; below < this.#items.length; below = 2 * place + 1) {
      const right = this.#items[below + 1];
      if (right !== undefined && this.#isBefore(right, this.#items[below] as T)) below += 1;
      const child = this.#items[below] as T;
      if (!this.#isBefore(child, item)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(item, place);
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    this.#places.set(item, place);
  }
}
