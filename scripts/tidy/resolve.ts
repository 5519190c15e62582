import { posix } from 'node:path';
import type { Repository } from './repository.ts';
import type { ImportKind, Source } from './source.ts';

/** The file of the repository that an import means; null for packages from outside and for what is not there. */
export function resolveImport(from: string, specifier: string, repository: Repository): string | null {
  const path = specifier.startsWith('.')
    ? posix.join(posix.dirname(from), specifier)
    : resolvePackage(specifier, repository);
  return path !== null && repository.paths.has(path) ? path : null;
}

/** `@duckdb/node-api` of `@duckdb/node-api/lib/x`, `node:fs` of `node:fs/promises`; null for relative imports. */
export function packageName(specifier: string): string | null {
  if (specifier.startsWith('.')) return null;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? null);
}

/** Files that a file leads to, by imports of the given kinds. */
export function importedFiles(source: Source, kinds: readonly ImportKind[], repository: Repository): readonly string[] {
  return source.imports
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ specifier }) => resolveImport(source.path, specifier, repository))
    .filter((path) => path !== null);
}

/** All that is reached from some files, themselves included. */
export function reachable(
  entries: readonly string[],
  kinds: readonly ImportKind[],
  repository: Repository,
): ReadonlySet<string> {
  const sources = new Map(repository.sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const source = sources.get(path);
    if (source !== undefined) waiting.push(...importedFiles(source, kinds, repository));
  }
  return reached;
}

function resolvePackage(specifier: string, { packages }: Repository): string | null {
  const name = packageName(specifier);
  const found = packages.find(({ manifest }) => manifest.name === name);
  if (found === undefined || name === null) return null;
  const target = found.manifest.exports?.[`.${specifier.slice(name.length)}`];
  return target === undefined ? null : posix.join(found.folder, target);
}
