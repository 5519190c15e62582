import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSource, type Source } from './source.ts';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** One package of the workspace; the workspace itself has the folder ''. */
export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Document {
  readonly path: string;
  readonly text: string;
}

/** All that is in the repository, read once: every rule is a function of this. */
export interface Repository {
  readonly sources: readonly Source[];
  /** Other text: Markdown, JSON, YAML, shell. */
  readonly documents: readonly Document[];
  readonly packages: readonly Package[];
  readonly paths: ReadonlySet<string>;
}

/** What a rule has against a line. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export type Rule = (repository: Repository) => readonly Finding[];

const sourceEndings = /\.(ts|tsx|js|mjs)$/;
const documentEndings = /(\.(md|json|ya?ml|sh)|\.ci\/run)$/;

/** The repository that has these files, by path. Rules are tested on small ones. */
export function repositoryOf(files: Readonly<Record<string, string>>): Repository {
  const entries = Object.entries(files);
  const sources = entries.filter(([path]) => sourceEndings.test(path)).map(([path, text]) => readSource(path, text));
  const documents = entries
    .filter(([path]) => documentEndings.test(path) && !path.endsWith('package-lock.json'))
    .map(([path, text]) => ({ path, text }));
  const packages = documents
    .filter(({ path }) => path === 'package.json' || path.endsWith('/package.json'))
    .map(({ path, text }) => ({ folder: folderOf(path), manifest: JSON.parse(text) as Manifest }));
  return { sources, documents, packages, paths: new Set(entries.map(([path]) => path)) };
}

/** The repository at a path: what git follows or would follow, as it stands in the working tree. */
export function readRepository(root: string): Repository {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const paths = [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path)));
  const isText = (path: string) => sourceEndings.test(path) || documentEndings.test(path);
  return repositoryOf(
    Object.fromEntries(paths.map((path) => [path, isText(path) ? readFileSync(join(root, path), 'utf8') : ''])),
  );
}

/** The package whose folder holds a path most closely. */
export function packageOf(path: string, { packages }: Repository): Package | undefined {
  return packages
    .filter(({ folder }) => folder === '' || path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** Tests, and what exists for them alone. */
export function isTestCode(path: string): boolean {
  return /\.test\.ts$/.test(path) || path.startsWith('testkit/') || /(^|\/)(fixtures|goldens)\//.test(path);
}

export function isGenerated(path: string): boolean {
  return /\.generated\./.test(path);
}

function folderOf(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}
