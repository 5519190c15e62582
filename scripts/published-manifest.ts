type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Manifest = Readonly<Record<string, Json>>;

/** The package.json to publish: entries point at what was compiled, and what only the workspace needs is gone. */
export function publishedManifest(manifest: Manifest): Manifest {
  const { devDependencies, scripts, exports, ...rest } = manifest;
  const entries = Object.entries(exports as Readonly<Record<string, string>>);
  return {
    ...rest,
    exports: Object.fromEntries(entries.map(([name, target]) => [name, compiledEntry(target)])),
    publishConfig: { access: 'public' },
  };
}

function compiledEntry(target: string): Json {
  if (!target.startsWith('./src/')) return target;
  const stem = target.replace('./src/', './lib/').replace(/\.ts$/, '');
  return { types: `${stem}.d.ts`, default: `${stem}.js` };
}
