import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedManifest } from './published-manifest.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In the order in which they need each other's types. */
const published = ['packages/core', 'packages/slipway'];

/** What a package carries beside its compiled sources. Globs in its folder; LICENSE comes from the root. */
const carried = ['README.md', '*.schema.json', 'bin/*.js', 'src/**/*.json', 'src/**/*.{html,css,js}'];

/** Makes `dist/` of every published package a complete package folder: `npm pack packages/slipway/dist`. */
export function buildPackages(): readonly string[] {
  return published.map((folder) => {
    const dist = join(root, folder, 'dist');
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist);
    compile(folder);
    for (const file of carriedFiles(folder))
      cpSync(join(root, folder, file), join(dist, file.replace(/^src\//, 'lib/')));
    cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    writeFileSync(join(dist, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
    return dist;
  });
}

function compile(folder: string): void {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, folder, 'tsconfig.build.json')], { stdio: 'inherit' });
  for (const path of globSync(join(root, folder, 'dist/lib/**/*.{js,d.ts}'))) {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, pointAtJavaScript(text));
  }
}

/**
 * The compiler leaves `.ts` in what it does not load itself: the imports of declarations, and `new URL('./worker.ts',
 * import.meta.url)`.
 */
function pointAtJavaScript(text: string): string {
  return text.replaceAll(/(['"])(\.{1,2}\/[\w./-]+)(?<!\.d)\.ts\1/g, '$1$2.js$1');
}

function carriedFiles(folder: string): readonly string[] {
  const found = carried.flatMap((pattern) => globSync(pattern, { cwd: join(root, folder) }));
  return found.filter((path) => !/(^|\/)(fixtures|goldens)\//.test(path) && basename(path) !== 'package.json');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const dist of buildPackages()) console.log(`built ${dist}; pack it with: npm pack ${dist}`);
}
