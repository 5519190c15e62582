import { builtinModules } from 'node:module';
import { type Finding, isTestCode, type Package, packageOf, type Repository } from '../repository.ts';
import { packageName } from '../resolve.ts';

/**
 * Every bare import is declared by the package that makes it: npm hoists, so an undeclared one works here and breaks
 * where the package is installed alone. Published code needs `dependencies`; tests and tools may use the workspace's.
 */
export function declaredDependencies(repository: Repository): readonly Finding[] {
  const root = repository.packages.find(({ folder }) => folder === '');
  return repository.sources.flatMap(({ path, imports }) => {
    const own = packageOf(path, repository);
    if (own === undefined) return [];
    const declared = declaredFor(path, own, root);
    return imports.flatMap(({ specifier, kind, line }) => {
      const name = packageName(specifier);
      if (name === null || name === own.manifest.name || isBuiltin(specifier)) return [];
      if (declared.has(name) || (kind === 'type' && declared.has(typesOf(name)))) return [];
      return [{ path, line, message: `${name} is not a declared dependency of ${own.manifest.name}` }];
    });
  });
}

/** All packages have one version and depend on each other in it; every dependency is one exact version. */
export function lockstepVersions({ packages }: Repository): readonly Finding[] {
  const version = packages[0]?.manifest.version;
  const ours = new Set(packages.map(({ manifest }) => manifest.name));
  return packages.flatMap(({ folder, manifest }) => {
    const path = manifestPath(folder);
    const findings: Finding[] = [];
    if (manifest.version !== version)
      findings.push({ path, line: 1, message: `is ${manifest.version}, not ${version}` });
    for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      const exact = ours.has(name) ? range === version : /^\d+\.\d+\.\d+[\w.-]*$/.test(range);
      if (!exact) findings.push({ path, line: 1, message: `${name} is "${range}", not one exact version` });
    }
    return findings;
  });
}

/** A dependency is a decision: a page of docs/decisions names it, with the reason. */
export function decidedDependencies({ packages, documents }: Repository): readonly Finding[] {
  const ours = new Set(packages.map(({ manifest }) => manifest.name));
  const decisions = documents.filter(({ path }) => path.startsWith('docs/decisions/')).map(({ text }) => text);
  return packages.flatMap(({ folder, manifest }) =>
    Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
      .filter((name) => !ours.has(name) && !decisions.some((text) => text.includes(`\`${name}\``)))
      .map((name) => ({ path: manifestPath(folder), line: 1, message: `no page of docs/decisions says why ${name}` })),
  );
}

function manifestPath(folder: string): string {
  return folder === '' ? 'package.json' : `${folder}/package.json`;
}

function declaredFor(path: string, own: Package, root: Package | undefined): ReadonlySet<string> {
  const names = Object.keys(own.manifest.dependencies ?? {});
  const isPublished = own.folder !== '' && own.manifest.private !== true;
  if (!isPublished || isTestCode(path)) {
    names.push(...Object.keys(own.manifest.devDependencies ?? {}));
    names.push(...Object.keys(root?.manifest.devDependencies ?? {}));
  }
  return new Set(names);
}

function typesOf(name: string): string {
  return `@types/${name.replace('@', '').replace('/', '__')}`;
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}
