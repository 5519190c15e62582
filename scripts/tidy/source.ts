import { type ESTree, parseSync, Visitor, type VisitorObject } from 'rolldown/utils';

/** `value` is loaded with the file, `type` vanishes, `lazy` is loaded when asked for (also `new URL('./x.ts', …)`). */
export type ImportKind = 'value' | 'type' | 'lazy';

export interface SourceImport {
  readonly specifier: string;
  readonly kind: ImportKind;
  readonly line: number;
}

export interface SourceFunction {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** A name that the file uses but may not have made: `process`, `Date.now`, `new Date()`. */
export interface SourceMention {
  readonly name: string;
  readonly line: number;
}

/** One TypeScript or JavaScript file, and what the rules ask of it. */
export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly SourceImport[];
  readonly functions: readonly SourceFunction[];
  readonly mentions: readonly SourceMention[];
}

type Lines = (offset: number) => number;

export function readSource(path: string, text: string): Source {
  const { program, errors, module } = parseSync(path, text);
  const first = errors[0];
  if (first !== undefined) throw new Error(`${path}: ${first.message}`);
  const lineOf = lineFinder(text);
  const imports = staticImports(module, lineOf);
  const functions: SourceFunction[] = [];
  const mentions: SourceMention[] = [];
  for (const visitor of [
    lazyImports(imports, lineOf),
    functionSpans(functions, lineOf),
    mentionedNames(mentions, lineOf),
  ]) {
    new Visitor(visitor).visit(program);
  }
  return { path, text, imports, functions, mentions };
}

/** The number of the line, from 1, in which an offset lies. */
function lineFinder(text: string): Lines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}

function staticImports(module: ReturnType<typeof parseSync>['module'], lineOf: Lines): SourceImport[] {
  const imports: SourceImport[] = [];
  for (const { moduleRequest, entries, start } of module.staticImports) {
    const onlyTypes = entries.length > 0 && entries.every((entry) => entry.isType);
    imports.push({ specifier: moduleRequest.value, kind: onlyTypes ? 'type' : 'value', line: lineOf(start) });
  }
  for (const { entries } of module.staticExports) {
    const from = entries.find((entry) => entry.moduleRequest !== null);
    if (from === undefined || from.moduleRequest === null) continue;
    const kind = entries.every((entry) => entry.isType) ? 'type' : 'value';
    imports.push({ specifier: from.moduleRequest.value, kind, line: lineOf(from.start) });
  }
  return imports;
}

/** `import('x')`, `new URL('./x.ts', import.meta.url)`, and the type `import('x').T`. */
function lazyImports(into: SourceImport[], lineOf: Lines): VisitorObject {
  const add = (kind: ImportKind, node: ESTree.Expression | ESTree.SpreadElement | undefined) => {
    if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
    into.push({ specifier: node.value, kind, line: lineOf(node.start) });
  };
  return {
    ImportExpression: ({ source }) => add('lazy', source),
    TSImportType: ({ source }) => add('type', source),
    NewExpression: ({ callee, arguments: [target, base] }) => {
      const ownUrl = base?.type === 'MemberExpression' && base.object.type === 'MetaProperty';
      const isScript = target?.type === 'Literal' && /^\.{1,2}\/.*\.(ts|js)$/.test(String(target.value));
      if (callee.type === 'Identifier' && callee.name === 'URL' && ownUrl && isScript) add('lazy', target);
    },
  };
}

/** Every function with a body. A suite (`describe(…, () => {…})`) is a list of tests and not one of them. */
function functionSpans(into: SourceFunction[], lineOf: Lines): VisitorObject {
  const suites = new Set<unknown>();
  const add = (node: ESTree.Function | ESTree.ArrowFunctionExpression) => {
    if (suites.has(node) || node.body === null) return;
    const name = 'id' in node && node.id ? node.id.name : 'a function without a name';
    const line = lineOf(node.start);
    into.push({ name, line, lines: lineOf(node.end - 1) - line + 1 });
  };
  return {
    CallExpression: (node) => {
      if (/^describe\b/.test(calleeName(node.callee))) for (const argument of node.arguments) suites.add(argument);
    },
    FunctionDeclaration: add,
    FunctionExpression: add,
    ArrowFunctionExpression: add,
  };
}

/** `describe`, `describe.each`; of `describe.each(table)(…)` the inner callee. */
function calleeName(node: ESTree.Expression | ESTree.Super): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'CallExpression') return calleeName(node.callee);
  if (node.type === 'MemberExpression') return calleeName(node.object);
  return '';
}

/** Identifiers that are used as values, with one step of `a.b`; names of properties are none. */
function mentionedNames(into: SourceMention[], lineOf: Lines): VisitorObject {
  const names = new Set<unknown>();
  const skip = (key: { type: string }, computed: boolean) => {
    if (!computed) names.add(key);
  };
  const add = (name: string, node: { start: number }) => into.push({ name, line: lineOf(node.start) });
  return {
    MemberExpression: (node) => {
      skip(node.property, node.computed);
      const { object, property } = node;
      if (object.type === 'Identifier' && property.type === 'Identifier') add(`${object.name}.${property.name}`, node);
    },
    Property: (node) => skip(node.key, node.computed),
    PropertyDefinition: (node) => skip(node.key, node.computed),
    MethodDefinition: (node) => skip(node.key, node.computed),
    TSPropertySignature: (node) => skip(node.key, node.computed),
    TSMethodSignature: (node) => skip(node.key, node.computed),
    NewExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.arguments.length === 0) add(`new ${node.callee.name}()`, node);
    },
    Identifier: (node) => {
      if (!names.has(node)) add(node.name, node);
    },
  };
}
