import { unsupported } from './document.ts';

/**
 * What a model file may make the readers do. Lengths are believed only as far as the bytes of the file go, so reading
 * takes at most `memoryTimesMax` times the file; the counts bound the objects that a large file of few-byte values asks
 * for, so that none takes more than some gigabytes. Each is several times what the largest models have.
 */
export const readingLimits = {
  memoryTimesMax: 128,
  /** Of JSON and LightGBM text: longer text does not fit into one string of the JavaScript engine. */
  textBytesMax: 500_000_000,
  /** Lines of a LightGBM file; a tree has about 20. */
  linesMax: 4_000_000,
  /** Values of a document that are no entries of a list of one type, and lists, objects and texts of JSON. */
  valuesMax: 10_000_000,
  /** Nodes of all trees. */
  nodesMax: 8_000_000,
  /** Leaves of one tree, the library's own bound. */
  leavesOfTreeMax: 131_072,
  /** Words in one line. */
  wordsMax: 16_777_216,
} as const;

/** Counts the nodes of a model over all its trees. */
export class NodeCount {
  readonly #max: number;
  #count = 0;

  constructor(max: number = readingLimits.nodesMax) {
    this.#max = max;
  }

  /** Raises MODEL_FILE_UNSUPPORTED beyond the limit. */
  add(where: string): void {
    this.#count += 1;
    if (this.#count <= this.#max) return;
    throw unsupported(where, `The model has more than ${this.#max} nodes.`, 'Train fewer or smaller trees.');
  }
}
