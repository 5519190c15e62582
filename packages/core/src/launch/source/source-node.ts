/** A place in a text: line and column count from 1, the column in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML document as plain data in which every part knows its place. Aliases are already followed. */
export type SourceNode = SourceMap | SourceList | SourceScalar;

export interface SourceMap {
  readonly kind: 'map';
  readonly at: Place;
  readonly entries: readonly SourceEntry[];
}

export interface SourceEntry {
  readonly key: string;
  readonly at: Place;
  readonly value: SourceNode;
}

export interface SourceList {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly SourceNode[];
}

export interface SourceScalar {
  readonly kind: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** As it is written, without quotes: `1.0` where the value is the number 1. */
  readonly text: string;
}

export type Path = readonly (string | number)[];

/** `rollout.steps[1].weights`; names that are not plain words are quoted: `input["petal length"].type`. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/**
 * Where a path leads: to its value, or to the name of its last field. Where the file ends before the path does, to the
 * name of the last field that is there.
 */
export function placeOf(root: SourceNode, path: Path, what: 'value' | 'name' = 'value'): Place {
  let node = root;
  let name = root.at;
  for (const step of path) {
    if (node.kind === 'map') {
      const entry = node.entries.find((candidate) => candidate.key === step);
      if (entry === undefined) return name;
      name = entry.at;
      node = entry.value;
    } else {
      const item = node.kind === 'list' ? node.items[Number(step)] : undefined;
      if (item === undefined) return name;
      name = item.at;
      node = item;
    }
  }
  return what === 'name' ? name : node.at;
}

/** The node as JSON-like data. `fromEntries` defines keys as own properties, so `__proto__` is a key like any other. */
export function plainValue(node: SourceNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, plainValue(entry.value)]));
}
