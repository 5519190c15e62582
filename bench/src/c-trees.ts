import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Complete trees as heaps: slot 1 is the root, slot 2 i and 2 i + 1 are the children of i; right where x > threshold. */
export interface CompleteTrees {
  readonly trees: number;
  readonly depth: number;
  readonly features: number;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly leaves: Float32Array;
}

/** Nanoseconds a row of one form: the first pass, the median of the others; and the sum of all scores. */
export interface CForm {
  readonly name: string;
  readonly coldNs: number;
  readonly warmNs: number;
  readonly sum: number;
}

export interface CTrees {
  readonly compiler: string;
  /** Starts the program afresh and runs every form over all rows, several times. */
  run(): readonly CForm[];
  close(): void;
}

/** Builds the C forms with gcc -O3; null where there is no gcc. */
export function buildCTrees(model: CompleteTrees, rows: Float32Array): CTrees | null {
  const version = spawnSync('gcc', ['-dumpfullversion'], { encoding: 'utf8' });
  if (version.status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const nested = join(folder, 'nested.h');
  const binary = join(folder, 'trees');
  const data = join(folder, 'trees.bin');
  writeFileSync(nested, nestedSource(model));
  const header = Int32Array.of(model.trees, model.depth, model.features, rows.length / model.features);
  const parts = [header, model.feature, model.threshold, model.leaves, rows];
  writeFileSync(data, Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))));
  const source = fileURLToPath(new URL('../peers/trees.c', import.meta.url));
  execFileSync('gcc', ['-O3', `-DNESTED="${nested}"`, '-o', binary, source]);
  return {
    compiler: `gcc ${version.stdout.trim()} -O3`,
    run: () => execFileSync(binary, [data, '6'], { encoding: 'utf8' }).trim().split('\n').map(parseForm),
    close: () => rmSync(folder, { recursive: true }),
  };
}

function parseForm(line: string): CForm {
  const [name = '', cold, warm, sum] = line.split(' ');
  return { name, coldNs: Number(cold), warmNs: Number(warm), sum: Number(sum) };
}

/** One function a tree, of nested ifs. */
function nestedSource({ trees, depth, feature, threshold, leaves }: CompleteTrees): string {
  const size = 1 << depth;
  const branch = (tree: number, at: number): string => {
    if (at >= size) return `return ${floatText(leaves[tree * size + at - size] ?? 0)};`;
    const slot = tree * size + at;
    const question = `x[${feature[slot]}] > ${floatText(threshold[slot] ?? 0)}`;
    return `if (${question}) { ${branch(tree, 2 * at + 1)} } else { ${branch(tree, 2 * at)} }`;
  };
  const functions = Array.from(
    { length: trees },
    (_, tree) => `static float tree_${tree}(const float *x) { ${branch(tree, 1)} }`,
  );
  const names = Array.from({ length: trees }, (_, tree) => `tree_${tree}`);
  return `${functions.join('\n')}\nstatic const nested_tree nested_trees[] = {${names.join(', ')}};\n`;
}

function floatText(value: number): string {
  const text = value.toPrecision(9);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}
