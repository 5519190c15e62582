import type { BoostedBranch, BoostedLeaf, BoostedNode, BranchTest } from '../import/boosted-model.ts';
import { compactTree } from '../import/compact-tree.ts';
import { corrupt, type DocumentValue, type NumberList, unsupported } from '../import/document.ts';
import type { NodeCount } from '../import/reading-limits.ts';

/**
 * One tree of the file. A row goes left where its value is below the condition, or is none of the categories of the
 * node; a missing value goes where `default_left` says.
 */
export function readTree(tree: DocumentValue, featureCount: number, all: NodeCount): BoostedNode[] {
  checkLeaves(tree);
  const lists = readLists(tree);
  const sets = readCategories(tree, lists.left.length);
  const read = (id: number): BoostedBranch | BoostedLeaf => {
    const where = `${tree.path}, node ${id}`;
    const value = Math.fround(numberAt(lists.condition, id));
    const [left, right] = [numberAt(lists.left, id), numberAt(lists.right, id)];
    if (left === -1 && right === -1) {
      if (!Number.isFinite(value)) throw corrupt(where, `The leaf has the value ${value}.`);
      return { kind: 'leaf', value };
    }
    for (const child of [left, right]) {
      if (child < 0 || child >= lists.left.length) throw corrupt(where, `There is no node ${child} in the tree.`);
    }
    const feature = numberAt(lists.feature, id);
    if (!(feature >= 0 && feature < featureCount)) {
      throw corrupt(where, `The node looks at feature ${feature}; the model has ${featureCount}.`);
    }
    const defaultLeft = numberAt(lists.defaultLeft, id) !== 0;
    const members = sets.get(id);
    if (members !== undefined || (lists.splitType !== null && numberAt(lists.splitType, id) === 1)) {
      return {
        kind: 'branch',
        feature,
        test: memberTest(members ?? []),
        yes: right,
        no: left,
        missingYes: !defaultLeft,
      };
    }
    if (Number.isNaN(value)) throw corrupt(where, 'The node compares with NaN.');
    const test: BranchTest = { op: 'less', threshold: value };
    return { kind: 'branch', feature, test, yes: left, no: right, missingYes: defaultLeft };
  };
  return compactTree(lists.left.length, read, tree.path, all);
}

/** Nothing is a member of an empty set, and nothing is below the least number. */
function memberTest(members: readonly number[]): BranchTest {
  return members.length > 0 ? { op: 'member', members } : { op: 'member', members: [noCategory] };
}

/** A number that stands for no category. */
const noCategory = -0.5;

function checkLeaves(tree: DocumentValue): void {
  const size = tree.find('tree_param')?.find('size_leaf_vector')?.integer() ?? 1;
  if (size <= 1) return;
  throw unsupported(
    `${tree.path}.tree_param`,
    `The leaves of the trees hold ${size} numbers each (multi_strategy="multi_output_tree").`,
    'Train with multi_strategy="one_output_per_tree", the default.',
  );
}

function readLists(tree: DocumentValue) {
  const left = tree.get('left_children').numbers();
  if (left.length === 0) throw corrupt(tree.path, 'The tree has no nodes.');
  const list = (name: string): NumberList => wholeOr(name, tree.get(name).numbers(left.length), tree.path);
  const declared = tree.find('tree_param')?.find('num_nodes')?.integer() ?? left.length;
  if (declared !== left.length) {
    throw corrupt(tree.path, `The tree says that it has ${declared} nodes, and has ${left.length}.`);
  }
  return {
    left: wholeOr('left_children', left, tree.path),
    right: list('right_children'),
    feature: list('split_indices'),
    condition: list('split_conditions'),
    defaultLeft: list('default_left'),
    splitType: tree.find('split_type') === null ? null : list('split_type'),
  };
}

/** Numbers of nodes and features are whole; conditions are what they are. */
function wholeOr(name: string, list: NumberList, path: string): NumberList {
  if (name === 'split_conditions') return list;
  for (let at = 0; at < list.length; at++) {
    if (!Number.isSafeInteger(list[at])) throw corrupt(`${path}.${name}[${at}]`, `${list[at]} is not a whole number.`);
  }
  return list;
}

/** The categories of each node that splits by them: those that go right. */
function readCategories(tree: DocumentValue, count: number): ReadonlyMap<number, readonly number[]> {
  const nodes = tree.find('categories_nodes')?.numbers() ?? [];
  if (nodes.length === 0) return new Map();
  const starts = tree.get('categories_segments').numbers(nodes.length);
  const lengths = tree.get('categories_sizes').numbers(nodes.length);
  const categories = tree.get('categories').numbers();
  const sets = new Map<number, readonly number[]>();
  let end = 0;
  for (let at = 0; at < nodes.length; at++) {
    const [id, start, length] = [numberAt(nodes, at), numberAt(starts, at), numberAt(lengths, at)];
    const where = `${tree.path}.categories_nodes[${at}]`;
    if (!(id >= 0 && id < count) || sets.has(id))
      throw corrupt(where, `Node ${id} is none of the tree, or stands twice.`);
    // One after the other, as the library writes them: then all sets together are no larger than the file.
    if (start !== end || !(length >= 0) || start + length > categories.length) {
      throw corrupt(where, `The categories from ${start}, ${length} of them, are not in the list.`);
    }
    end = start + length;
    sets.set(id, membersOf(categories, start, end, where));
  }
  return sets;
}

/** The library keeps categories in float32, where whole numbers are exact below this. */
const categoryEnd = 2 ** 24;

function membersOf(categories: NumberList, start: number, end: number, where: string): number[] {
  const members = Array.from({ length: end - start }, (_, index) => numberAt(categories, start + index));
  const odd = members.find((member) => !Number.isSafeInteger(member) || member < 0 || member >= categoryEnd);
  if (odd !== undefined) throw corrupt(where, `${odd} is no category.`);
  return [...new Set(members)];
}

function numberAt(list: NumberList, at: number): number {
  return list[at] ?? Number.NaN;
}
