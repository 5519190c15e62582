import { type BoostedModel, type BoostedTree, boostedLimits, type ModelFeature } from '../import/boosted-model.ts';
import { corrupt, unsupported } from '../import/document.ts';
import { NodeCount } from '../import/reading-limits.ts';
import { answerOf } from './objectives.ts';
import { pandasCategories } from './pandas-categories.ts';
import { type LightgbmText, readLightgbmText, split } from './read-text.ts';
import { missingTypes, readTree, zeroLimit } from './read-tree.ts';

/**
 * The model of a LightGBM text file (versions v3 and v4). Thresholds, leaves and sums stay in float64, as in the
 * library: rounding a threshold to float32 would send rows that lie beside it another way.
 * Raises MODEL_FILE_CORRUPT and MODEL_FILE_UNSUPPORTED.
 */
export function readLightgbm(source: string): BoostedModel {
  const text = readLightgbmText(source);
  const { header } = text;
  const targets = header.integer('num_tree_per_iteration');
  const features = header.integer('max_feature_idx') + 1;
  checkSizes(targets, features);
  checkTreeSizes(text);
  if (text.trees.length === 0) throw corrupt('the header', 'The model has no trees.');
  if (text.trees.length % targets !== 0) {
    throw corrupt('the header', `${text.trees.length} trees are not whole iterations of ${targets}.`);
  }
  const all = new NodeCount();
  const read = text.trees.map((tree) => readTree(tree, features, all));
  const kinds = missingByFeature(read.flatMap(({ missing }) => missing));
  return {
    producer: `LightGBM (format ${header.get('version')})`,
    precision: 'float64',
    features: readFeatures(text, features, kinds),
    namesAreGiven: !/^Column_0( |$)/.test(header.get('feature_names')),
    targets,
    scorer: {
      kind: 'trees',
      trees: read.map(({ nodes }, index): BoostedTree => ({ target: index % targets, nodes })),
      divisor: text.averaged ? Math.max(1, text.trees.length / targets) : 1,
    },
    answer: answerOf(header.find('objective'), targets),
    notes: [],
  };
}

function checkSizes(targets: number, features: number): void {
  if (targets < 1) throw corrupt('the header', `There are ${targets} trees an iteration.`);
  if (features < 1) throw corrupt('the header', `The model has ${features} features.`);
  if (targets <= boostedLimits.targets && features <= boostedLimits.features) return;
  const message = `The model has ${features} features and ${targets} classes; a contract holds ${boostedLimits.features}.`;
  throw unsupported('the header', message, 'Train with fewer features.');
}

/** `tree_sizes` has one entry a tree: with it a file that lost trees is told from a small one. */
function checkTreeSizes({ header, trees }: LightgbmText): void {
  const sizes = header.find('tree_sizes');
  const count = sizes === null ? trees.length : split(sizes, ' ', trees.length + 1).length;
  if (count !== trees.length) {
    throw corrupt('the header', `tree_sizes names ${count} trees, and the file has ${trees.length}.`);
  }
}

function missingByFeature(uses: readonly { readonly feature: number; readonly type: number }[]): Map<number, number> {
  const kinds = new Map<number, number>();
  for (const { feature, type } of uses) {
    const earlier = kinds.get(feature) ?? type;
    if (earlier !== type && (earlier === missingTypes.zero || type === missingTypes.zero)) {
      throw unsupported(
        `feature ${feature}`,
        'Some trees take zero for missing and others do not: the model was put together of several.',
        'Export the models one by one.',
      );
    }
    kinds.set(feature, Math.max(earlier, type));
  }
  return kinds;
}

function readFeatures(text: LightgbmText, count: number, missing: ReadonlyMap<number, number>): ModelFeature[] {
  const names = listOf(text, 'feature_names', count);
  const infos = listOf(text, 'feature_infos', count);
  const categories = pandasCategories(text, infos);
  return names.map((name, index): ModelFeature => {
    const range = rangeOf(infos[index] as string);
    const category = isCategories(infos[index] as string) || categories.has(index);
    return {
      name,
      kind: category ? 'category' : 'any',
      categories: categories.get(index) ?? null,
      range,
      missing: category || missing.get(index) !== missingTypes.none,
      zeroIsMissing: missing.get(index) === missingTypes.zero ? zeroLimit : null,
    };
  });
}

function listOf({ header }: LightgbmText, key: string, count: number): string[] {
  const words = split(header.get(key), ' ', count + 1);
  if (words.length !== count) throw corrupt('the header', `${key} has ${words.length} entries for ${count} features.`);
  return words;
}

/** `[-3.5:12]`, the least and greatest value that the training saw. */
function rangeOf(info: string): [number, number] | null {
  const [, least, greatest] = /^\[([^:\]]+):([^:\]]+)\]$/.exec(info) ?? [];
  const range: [number, number] = [Number(least), Number(greatest)];
  return range.every(Number.isFinite) && range[0] <= range[1] ? range : null;
}

/** `1:0:2`, the categories that the training saw, the most frequent first. */
function isCategories(info: string): boolean {
  return /^-?\d+(:-?\d+)+$/.test(info);
}
