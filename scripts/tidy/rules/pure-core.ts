import { type Finding, isTestCode, type Repository } from '../repository.ts';

const pure = /^packages\/(core|embedded)\/src\//;

/** What a caller passes in, and the name under which code would take it behind the caller's back. */
const ambient = new Set([
  'Date.now',
  'new Date()',
  'Math.random',
  'performance',
  'crypto',
  'process',
  'console',
  'globalThis',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'require',
  'Buffer',
]);

/** Core and embedded run in browsers and workers too: no `node:` module. */
export function noNodeModules({ sources }: Repository): readonly Finding[] {
  return pureSources(sources).flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => specifier.startsWith('node:'))
      .map(({ specifier, line }) => ({ path, line, message: `core may not import ${specifier}` })),
  );
}

/** Core has no clock, timers, randomness, process or console of its own. */
export function noAmbientState({ sources }: Repository): readonly Finding[] {
  return pureSources(sources).flatMap(({ path, mentions }) =>
    mentions
      .filter(({ name }) => ambient.has(name))
      .map(({ name, line }) => ({ path, line, message: `core may not use ${name}; let the caller pass it in` })),
  );
}

function pureSources(sources: Repository['sources']): Repository['sources'] {
  return sources.filter(({ path }) => pure.test(path) && !isTestCode(path));
}
