import { posix } from 'node:path';
import { type Finding, isTestCode, packageOf, type Repository } from '../repository.ts';
import { packageName, resolveImport } from '../resolve.ts';

/** Which folders of core a folder may import: errors <- contract <- launch, model <- scoring; statistics <- monitoring, rollout. */
const coreFolders: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  contract: ['errors'],
  launch: ['errors', 'contract', 'protocol'],
  model: ['errors', 'contract'],
  protocol: ['errors', 'contract'],
  scoring: ['errors', 'contract', 'launch', 'model', 'protocol'],
  statistics: ['errors'],
  rollout: ['errors', 'statistics'],
  monitoring: ['errors', 'contract', 'launch', 'protocol', 'statistics'],
};

/** Which packages of the workspace a package may import. */
const packages: Readonly<Record<string, readonly string[]>> = {
  '@slipway/core': [],
  slipway: ['@slipway/core'],
  '@slipway/testkit': ['@slipway/core', 'slipway'],
  '@slipway/bench': ['@slipway/core', 'slipway', '@slipway/testkit'],
  '@slipway/example-learner-risk': ['slipway'],
};

const core = 'packages/core/src/';

/** Imports between folders of core go downward, and to the folder's index.ts. */
export function coreDirections(repository: Repository): readonly Finding[] {
  return coreImports(repository).flatMap(({ path, line, from, to, target }) => {
    const allowed = coreFolders[from];
    if (allowed === undefined) return [{ path, line, message: `folder ${from} of core has no place in coreFolders` }];
    if (!allowed.includes(to)) return [{ path, line, message: `${from} may not import ${to}` }];
    if (target === `${core}${to}/index.ts`) return [];
    return [{ path, line, message: `import ${to} through its index.ts` }];
  });
}

/** Packages import each other downward, by name. */
export function packageDirections(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { path, imports } of repository.sources) {
    const own = packageOf(path, repository);
    if (own === undefined || own.folder === '') continue;
    const allowed = [own.manifest.name, ...(packages[own.manifest.name] ?? [])];
    if (isTestCode(path)) allowed.push('@slipway/testkit');
    for (const { specifier, line } of imports) {
      const name = packageName(specifier);
      const isOurs = repository.packages.some(({ manifest }) => manifest.name === name);
      if (name !== null && isOurs && !allowed.includes(name)) {
        findings.push({ path, line, message: `${own.manifest.name} may not import ${name}` });
      }
      const target = posix.join(posix.dirname(path), specifier);
      const leaves = name === null && !target.startsWith(`${own.folder}/`);
      // A program is run, not imported: its file is the only name that it has.
      if (leaves && !target.includes('/bin/'))
        findings.push({ path, line, message: `import another package by its name, not by ${specifier}` });
    }
  }
  return findings;
}

/** Every import from one folder of core to another. Files directly in src/ may import any folder's index. */
function coreImports(repository: Repository) {
  return repository.sources
    .filter(({ path }) => path.startsWith(core))
    .flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier, line }) => {
        const target = resolveImport(path, specifier, repository);
        const from = folderIn(path);
        const to = target?.startsWith(core) ? folderIn(target) : null;
        return target === null || from === null || to === null || from === to ? [] : [{ path, line, from, to, target }];
      }),
    );
}

function folderIn(path: string): string | null {
  const inside = path.slice(core.length);
  return inside.includes('/') ? (inside.split('/')[0] as string) : null;
}
