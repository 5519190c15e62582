import { posix } from 'node:path';
import { type Finding, isTestCode, type Package, packageOf, type Repository } from '../repository.ts';
import { importedFiles, reachable, resolveImport } from '../resolve.ts';

/** No file needs itself to be loaded first. */
export function noCycles(repository: Repository): readonly Finding[] {
  const next = new Map(repository.sources.map((source) => [source.path, importedFiles(source, ['value'], repository)]));
  const finished = new Set<string>();
  const way: string[] = [];
  const findings: Finding[] = [];
  const visit = (path: string) => {
    const at = way.indexOf(path);
    if (at >= 0) findings.push({ path, line: 1, message: `is in a cycle: ${[...way.slice(at), path].join(' -> ')}` });
    if (at >= 0 || finished.has(path)) return;
    way.push(path);
    for (const target of next.get(path) ?? []) visit(target);
    way.pop();
    finished.add(path);
  };
  for (const path of next.keys()) visit(path);
  return findings;
}

/** Every file is led to from a way in. What only tests lead to is a test's own and says so by its place. */
export function noDeadFiles(repository: Repository): readonly Finding[] {
  const paths = repository.sources.map(({ path }) => path).filter((path) => !path.endsWith('.d.ts'));
  const tests = paths.filter((path) => path.endsWith('.test.ts'));
  const entries = repository.packages.flatMap((each) => entriesOf(each, repository));
  const live = reachable(entries, ['value', 'type', 'lazy'], repository);
  const tested = reachable(tests, ['value', 'type', 'lazy'], repository);
  return paths
    .filter((path) => !live.has(path) && !(tested.has(path) && (isTestCode(path) || !isPublished(path, repository))))
    .map((path) => ({ path, line: 1, message: 'is not reached from any entry; delete it, or export it' }));
}

/** Published code never reaches tests, fixtures, the testkit or the test runner. */
export function noTestCodePublished(repository: Repository): readonly Finding[] {
  const testPackages = /^(vitest|fast-check|@slipway\/testkit)(\/|$)/;
  return repository.sources
    .filter(({ path }) => isPublished(path, repository) && !isTestCode(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => {
          const target = resolveImport(path, specifier, repository);
          return testPackages.test(specifier) || (target !== null && isTestCode(target));
        })
        .map(({ specifier, line }) => ({ path, line, message: `published code may not import ${specifier}` })),
    );
}

function isPublished(path: string, repository: Repository): boolean {
  const own = packageOf(path, repository);
  return own !== undefined && own.folder !== '' && own.manifest.private !== true;
}

/** Where a package is entered: exports, bins, the files that its scripts run, every configuration and program. */
function entriesOf({ folder, manifest }: Package, { sources }: Repository): readonly string[] {
  const named = [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})];
  const run = Object.values(manifest.scripts ?? {}).flatMap((script) => script.match(/[\w./-]+\.ts\b/g) ?? []);
  const standing = sources
    .map(({ path }) => path)
    .filter((path) => (folder === '' ? /^[\w.-]+\.config\.ts$/.test(path) : isProgram(path, folder)));
  return [...[...named, ...run].map((path) => posix.join(folder, path)), ...standing];
}

/** Examples, and the peers that benchmarks run: each file there is started by itself. */
function isProgram(path: string, folder: string): boolean {
  const holds = folder.startsWith('examples/') ? folder : posix.join(folder, 'peers');
  return posix.dirname(path) === holds;
}
