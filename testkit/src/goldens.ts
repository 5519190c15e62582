import { readdirSync, readFileSync } from 'node:fs';

/**
 * What another tool computed, as a file of a `goldens` folder has it. One file holds the sets of one tool; the script
 * beside them made them.
 */
export interface GoldenFile {
  readonly tool: string;
  readonly version: string;
  readonly sets: readonly GoldenSet[];
}

/** Values of one function of the tool. */
export interface GoldenSet {
  /** Unique in its folder; names the comparison that goes with it. */
  readonly id: string;
  /** What is computed, in words. */
  readonly quantity: string;
  /** As the tool calls it. */
  readonly function: string;
  /** Names of the arguments, in their order. */
  readonly parameters: readonly string[];
  readonly cases: readonly GoldenCase[];
}

/** One call and what it gave: a number, or several where the function gives an interval or a pair. */
export interface GoldenCase {
  readonly arguments: readonly GoldenArgument[];
  readonly value: number | readonly number[];
}

export type GoldenArgument = number | string | boolean | readonly number[];

/** How our function is asked the same, and how near it must come. */
export interface GoldenComparison {
  /** Our function, as `index.ts` exports it. */
  readonly ours: string;
  /** Takes the arguments that the set's `parameters` name; nobody but the data knows their types. */
  readonly compute: (...golden: never[]) => number | readonly number[];
  /** Largest difference allowed, of the kind that `measure` says. */
  readonly within: number;
  /** `relative` to the tool's value; `absolute`; or `mixed`: relative above 1, absolute below. */
  readonly measure: 'relative' | 'absolute' | 'mixed';
  /** One sentence for the docs where the tool's name or definition is another than ours. */
  readonly relation?: string;
}

/** A set, the tool that it comes from, and how ours compares. */
export interface GoldenResult {
  readonly tool: string;
  readonly version: string;
  readonly set: GoldenSet;
  readonly comparison: GoldenComparison;
  readonly values: number;
  readonly largest: number;
}

/** Reads every `*.json` of a folder, in order of name. */
export function readGoldens(folder: URL): readonly GoldenFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as GoldenFile);
}

/**
 * Computes every value of a folder's goldens anew. A set without a comparison, and a comparison without a set, is an
 * error: neither is left out in silence.
 */
export function compareGoldens(
  files: readonly GoldenFile[],
  comparisons: Readonly<Record<string, GoldenComparison>>,
): readonly GoldenResult[] {
  const results = files.flatMap(({ tool, version, sets }) =>
    sets.map((set) => {
      const comparison = comparisons[set.id];
      if (comparison === undefined) throw new Error(`the goldens "${set.id}" are compared with nothing`);
      return { tool, version, set, comparison, ...difference(set, comparison) };
    }),
  );
  const known = new Set(results.map(({ set }) => set.id));
  const idle = Object.keys(comparisons).filter((id) => !known.has(id));
  if (idle.length > 0) throw new Error(`there are no goldens for ${idle.join(', ')}`);
  return results;
}

function difference(set: GoldenSet, comparison: GoldenComparison): { values: number; largest: number } {
  let values = 0;
  let largest = 0;
  for (const golden of set.cases) {
    const theirs = [golden.value].flat();
    const ours = [comparison.compute(...(golden.arguments as never[]))].flat();
    if (ours.length !== theirs.length) throw new Error(`${set.id}: ${ours.length} values for ${theirs.length}`);
    values += theirs.length;
    for (const [at, value] of theirs.entries())
      largest = Math.max(largest, distance(ours[at] ?? Number.NaN, value, comparison.measure));
  }
  return { values, largest };
}

/** NaN counts as infinitely far. */
function distance(ours: number, theirs: number, measure: GoldenComparison['measure']): number {
  if (ours === theirs) return 0;
  const gap = Math.abs(ours - theirs);
  const scale = { relative: Math.abs(theirs), absolute: 1, mixed: Math.max(1, Math.abs(theirs)) }[measure];
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap / scale;
}
