import { type Finding, isTestCode, type Repository } from '../repository.ts';
import { importedFiles, reachable, resolveImport } from '../resolve.ts';

const home = 'packages/slipway/src/';

/** Folders of slipway that carry one pattern or drive one foreign part. */
const adapters = ['sessions', 'sources', 'batch', 'online', 'telemetry'];

/** Adapters never import each other, not even types: what two of them share is a port in core. Tests may put them together. */
export function adaptersApart({ sources, ...rest }: Repository): readonly Finding[] {
  const repository = { sources, ...rest };
  return sources.flatMap(({ path, imports }) => {
    const own = adapterOf(path);
    if (own === null || isTestCode(path)) return [];
    return imports.flatMap(({ specifier, line }) => {
      const other = adapterOf(resolveImport(path, specifier, repository) ?? '');
      if (other === null || other === own) return [];
      return [{ path, line, message: `adapter ${own} may not import adapter ${other}` }];
    });
  });
}

/** Which sessions, sinks and transports there are is known where they are put together or given out, and nowhere else. */
export function adaptersNamedByComposers(repository: Repository): readonly Finding[] {
  // The library's door opens what is behind it.
  const composers = new RegExp(`^${home}((compose|open-model|index)\\.ts|cli/commands/.+)$`);
  return repository.sources
    .filter(
      ({ path }) => path.startsWith(home) && adapterOf(path) === null && !composers.test(path) && !isTestCode(path),
    )
    .flatMap(({ path, imports }) =>
      imports.flatMap(({ specifier, line }) => {
        const adapter = adapterOf(resolveImport(path, specifier, repository) ?? '');
        return adapter === null ? [] : [{ path, line, message: `may not name adapter ${adapter}` }];
      }),
    );
}

/** `slipway --help` loads the argument parser, the command table and the frame around them, and nothing else. */
export function lazyCommandLine(repository: Repository): readonly Finding[] {
  const loaded = reachable([`${home}cli/main.ts`], ['value'], repository);
  return repository.sources
    .filter(({ path }) => loaded.has(path))
    .flatMap((source) => {
      const { path, imports } = source;
      const heavy = imports.filter(({ specifier, kind }) => kind === 'value' && !/^(\.|commander$)/.test(specifier));
      const outside = importedFiles(source, ['value'], repository).filter((file) => !isFrame(file));
      return [
        ...heavy.map(({ specifier, line }) => ({ path, line, message: `loads ${specifier} before a command asks` })),
        ...outside.map((file) => ({ path, line: 1, message: `loads ${file} before a command asks` })),
      ];
    });
}

function isFrame(path: string): boolean {
  return path.startsWith(`${home}cli/`) && !path.startsWith(`${home}cli/commands/`);
}

function adapterOf(path: string): string | null {
  if (!path.startsWith(home)) return null;
  const folder = path.slice(home.length).split('/')[0] as string;
  return adapters.includes(folder) ? folder : null;
}
