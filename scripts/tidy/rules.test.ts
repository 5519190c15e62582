import { describe, expect, test } from 'vitest';
import { findings, manifest } from './findings.ts';
import { repositoryOf } from './repository.ts';
import { adaptersApart, adaptersNamedByComposers, lazyCommandLine } from './rules/adapters.ts';
import { decidedDependencies, declaredDependencies, lockstepVersions } from './rules/dependencies.ts';
import { noCycles, noDeadFiles, noTestCodePublished } from './rules/graph.ts';
import { coreDirections, packageDirections } from './rules/import-directions.ts';
import { noAmbientState, noNodeModules } from './rules/pure-core.ts';
import { fileLength, functionLength } from './rules/size.ts';
import { fileNames, unfinishedWork } from './rules/wording.ts';
import { rules } from './rules.ts';

const core = 'packages/core/src';
const slipway = 'packages/slipway/src';

test('an empty workspace has nothing against it', () => {
  const decisions = { 'docs/decisions/1.md': '# 1\n`fastify` and `vitest` because they are good' };
  for (const rule of Object.values(rules)) expect(findings(rule, decisions)).toEqual([]);
});

describe('directions', () => {
  test('a folder of core may not import one above it, and only through index.ts', () => {
    const files = {
      [`${core}/errors/index.ts`]: "export { b } from '../contract/index.ts';",
      [`${core}/contract/index.ts`]: "import type { a } from '../errors/a.ts';",
      [`${core}/errors/a.ts`]: 'export const a = 1;',
      [`${core}/drawer/index.ts`]: "import { a } from '../errors/index.ts';",
      [`${core}/index.ts`]: "export * from './errors/index.ts';",
    };
    expect(findings(coreDirections, files)).toEqual([
      `${core}/errors/index.ts: errors may not import contract`,
      `${core}/contract/index.ts: import errors through its index.ts`,
      `${core}/drawer/index.ts: folder drawer of core has no place in coreFolders`,
    ]);
  });

  test('core may not import slipway, and no package reaches into another by path', () => {
    const files = {
      [`${core}/a.ts`]: "import { b } from 'slipway';",
      [`${slipway}/b.ts`]: "import { a } from '../../core/src/a.ts'; import { c } from '@slipway/core';",
    };
    expect(findings(packageDirections, files)).toEqual([
      `${core}/a.ts: @slipway/core may not import slipway`,
      `${slipway}/b.ts: import another package by its name, not by ../../core/src/a.ts`,
    ]);
  });

  test('an adapter may not import another, not even its types, but what composes them may', () => {
    const files = {
      [`${slipway}/batch/a.ts`]: "import type { B } from '../online/b.ts';",
      [`${slipway}/batch/a.test.ts`]: "import type { B } from '../online/b.ts';",
      [`${slipway}/online/b.ts`]: "import { c } from './c.ts'; export type B = 1;",
      [`${slipway}/online/c.ts`]: 'export const c = 1;',
      [`${slipway}/compose.ts`]: "import './batch/a.ts'; import './online/b.ts';",
    };
    expect(findings(adaptersApart, files)).toEqual([
      `${slipway}/batch/a.ts: adapter batch may not import adapter online`,
    ]);
  });

  test('only what composes the product may name an adapter', () => {
    const files = {
      [`${slipway}/gate/a.ts`]: "const a = () => import('../sessions/s.ts');",
      [`${slipway}/cli/lines.ts`]: "import type { S } from '../sessions/s.ts';",
      [`${slipway}/cli/commands/serve.ts`]: "import '../../sessions/s.ts';",
      [`${slipway}/compose.ts`]: "import './sessions/s.ts';",
      [`${slipway}/index.ts`]: "export * from './sessions/s.ts';",
      [`${slipway}/sessions/s.ts`]: 'export type S = 1;',
    };
    expect(findings(adaptersNamedByComposers, files)).toEqual([
      `${slipway}/gate/a.ts: may not name adapter sessions`,
      `${slipway}/cli/lines.ts: may not name adapter sessions`,
    ]);
  });

  test('the command line may load commander and its own frame, and the rest only when asked', () => {
    const files = {
      [`${slipway}/cli/main.ts`]: "import 'commander'; import './frame.ts'; import type { X } from 'fastify';",
      [`${slipway}/cli/frame.ts`]:
        "import 'node:fs'; import '../batch/a.ts'; const c = () => import('./commands/c.ts');",
      [`${slipway}/cli/commands/c.ts`]: "import 'fastify';",
      [`${slipway}/batch/a.ts`]: '',
    };
    expect(findings(lazyCommandLine, files)).toEqual([
      `${slipway}/cli/frame.ts: loads node:fs before a command asks`,
      `${slipway}/cli/frame.ts: loads ${slipway}/batch/a.ts before a command asks`,
    ]);
  });
});

describe('pure core', () => {
  test('node: modules are for the packages above core, and for its tests', () => {
    const files = {
      [`${core}/a.ts`]: "import { readFileSync } from 'node:fs';",
      [`${core}/a.test.ts`]: "import { readFileSync } from 'node:fs';",
      [`${slipway}/a.ts`]: "import { readFileSync } from 'node:fs';",
    };
    expect(findings(noNodeModules, files)).toEqual([`${core}/a.ts: core may not import node:fs`]);
  });

  test.each([
    ['Date.now();', 'Date.now'],
    ['const at = new Date();', 'new Date()'],
    ['const x = Math.random();', 'Math.random'],
    ['performance.now();', 'performance'],
    ['process.exit();', 'process'],
    ['setTimeout(() => {}, 1);', 'setTimeout'],
    ["console.log('x');", 'console'],
    ['const f = { process };', 'process'],
  ])('%s is ambient', (text, name) => {
    const message = `${core}/a.ts: core may not use ${name}; let the caller pass it in`;
    expect(findings(noAmbientState, { [`${core}/a.ts`]: text })).toEqual([message]);
  });

  test('names of properties, text, comments and given dates are not ambient', () => {
    const text =
      "const a = { process: 1, console: 'setTimeout' }; a.process; new Date(0); // Date.now()\nDate.parse('x');";
    expect(findings(noAmbientState, { [`${core}/a.ts`]: text })).toEqual([]);
  });
});

describe('size', () => {
  const lines = (count: number) => '\n'.repeat(count);

  test('a file over 300 lines is refused unless argued for, over 500 in any case; generated ones are as they come', () => {
    const files = { 'a.ts': lines(301), 'b.ts': lines(301), 'c.ts': lines(501), 'd.generated.ts': lines(900) };
    const argued = { 'b.ts': 'a table', 'c.ts': 'a table', 'e.ts': 'is gone' };
    expect(fileLength(repositoryOf(files), argued).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'a.ts: has 301 lines; split it, or argue for it',
      'c.ts: has 501 lines; split it, or argue for it',
      'e.ts: is argued for but not over 300 lines',
    ]);
  });

  test('a function over 70 lines is refused; a suite of tests is no function', () => {
    const files = {
      'a.ts': `function long() {${lines(70)}}\nfunction short() {${lines(69)}}`,
      'a.test.ts': `describe('x', () => {${lines(70)}});\ndescribe.each([1])('y', () => {${lines(70)}});`,
      'b.test.ts': `test('x', () => {${lines(70)}});`,
    };
    expect(findings(functionLength, files)).toEqual([
      'a.ts: long has 71 lines, over 70',
      'b.test.ts: a function without a name has 71 lines, over 70',
    ]);
  });
});

describe('wording', () => {
  test('a name that says nothing, and one that is not in kebab-case, are refused', () => {
    const files = { 'a/utils/x.ts': '', 'a/helpers.ts': '', 'a/someThing.ts': '', 'a/some-thing.test.ts': '' };
    expect(findings(fileNames, files)).toEqual([
      'a/utils/x.ts: is named after nothing: name the thing that it holds',
      'a/helpers.ts: is named after nothing: name the thing that it holds',
      'a/someThing.ts: is not in kebab-case',
    ]);
  });

  test.each(['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', '@ts-' + 'ignore', 'test.' + 'only('])('%s is refused', (mark) => {
    expect(findings(unfinishedWork, { 'a.ts': `\n// ${mark}` })).toEqual([`a.ts: has ${mark}`]);
    expect(findings(unfinishedWork, { 'a.md': `\n${mark}` })).toEqual([`a.md: has ${mark}`]);
  });
});

describe('dependencies', () => {
  test('an import must be declared by its own package; tests and tools may use what the workspace has', () => {
    const files = {
      [`${slipway}/a.ts`]:
        "import 'fastify'; import 'pino'; import 'node:fs'; import '@slipway/core'; import 'slipway/x';",
      [`${slipway}/b.ts`]: "import 'vitest';",
      [`${slipway}/b.test.ts`]: "import 'vitest'; import 'fast-check';",
      [`${core}/a.ts`]: "import 'fastify/lib/x.js';",
      'scripts/a.ts': "import 'vitest';",
    };
    expect(findings(declaredDependencies, files)).toEqual([
      `${slipway}/a.ts: pino is not a declared dependency of slipway`,
      `${slipway}/b.ts: vitest is not a declared dependency of slipway`,
      `${slipway}/b.test.ts: fast-check is not a declared dependency of slipway`,
      `${core}/a.ts: fastify is not a declared dependency of @slipway/core`,
    ]);
  });

  test('packages share one version, and dependencies are exact', () => {
    const files = {
      'bench/package.json': manifest({ name: 'b', version: '1.0.1', dependencies: { a: '^1.0.0', slipway: '0.9.0' } }),
    };
    expect(findings(lockstepVersions, files)).toEqual([
      'bench/package.json: is 1.0.1, not 1.0.0',
      'bench/package.json: a is "^1.0.0", not one exact version',
      'bench/package.json: slipway is "0.9.0", not one exact version',
    ]);
  });
});

test('a dependency that no decision names is refused; packages of the workspace need none', () => {
  const files = { 'docs/decisions/1.md': '# 1\n`fastify` is fast, vitest is not named as a package' };
  expect(findings(decidedDependencies, files)).toEqual(['package.json: no page of docs/decisions says why vitest']);
});

describe('graph', () => {
  test('a cycle of loaded imports is refused; types and lazy imports make none', () => {
    const files = {
      'a.ts': "import './b.ts';",
      'b.ts': "export * from './c.ts'; import type { D } from './d.ts';",
      'c.ts': "import './a.ts';",
      'd.ts': "import './b.ts'; export type D = 1; const f = () => import('./d.ts');",
    };
    expect(findings(noCycles, files)).toEqual(['a.ts: is in a cycle: a.ts -> b.ts -> c.ts -> a.ts']);
  });

  test('a file of a published package that no entry leads to is dead, even where a test uses it', () => {
    const files = {
      [`${slipway}/index.ts`]: "const a = () => import('./lazy.ts'); new URL('./worker.ts', import.meta.url);",
      [`${slipway}/lazy.ts`]: "import { b } from '@slipway/core';",
      [`${slipway}/worker.ts`]: '',
      [`${slipway}/dead.ts`]: '',
      [`${slipway}/dead.test.ts`]: "import './dead.ts'; import './fixtures/live.ts';",
      [`${slipway}/fixtures/live.ts`]: '',
      [`${slipway}/fixtures/dead.ts`]: '',
      [`${core}/index.ts`]: '',
      'packages/slipway/bin/slipway.js': '',
      'scripts/tool.ts': '',
      'tool.test.ts': "import './scripts/tool.ts';",
    };
    expect(findings(noDeadFiles, files)).toEqual([
      `${slipway}/dead.ts: is not reached from any entry; delete it, or export it`,
      `${slipway}/fixtures/dead.ts: is not reached from any entry; delete it, or export it`,
    ]);
  });

  test('published code may not import tests, fixtures or the test runner', () => {
    const files = {
      [`${slipway}/a.ts`]: "import './fixtures/f.ts'; import 'vitest'; import '@slipway/testkit'; import './b.ts';",
      [`${slipway}/b.ts`]: '',
      [`${slipway}/fixtures/f.ts`]: '',
      [`${slipway}/a.test.ts`]: "import 'vitest'; import './fixtures/f.ts';",
    };
    expect(findings(noTestCodePublished, files)).toEqual([
      `${slipway}/a.ts: published code may not import ./fixtures/f.ts`,
      `${slipway}/a.ts: published code may not import vitest`,
      `${slipway}/a.ts: published code may not import @slipway/testkit`,
    ]);
  });
});
