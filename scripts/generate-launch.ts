import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchSchema } from '../packages/core/src/launch/schema/launch-schema.ts';
import { launchReference } from './launch-reference.ts';
import { launchTypes } from './launch-types.ts';

/** Path from the root of the repository, and content, of every file that is made from the schema of the launch file. */
export function launchFiles(): readonly { readonly path: string; readonly content: string }[] {
  return [
    { path: 'packages/core/launch.schema.json', content: `${JSON.stringify(launchSchema, null, 2)}\n` },
    { path: 'packages/core/src/launch/launch-file.generated.ts', content: launchTypes(launchSchema) },
    { path: 'docs/reference/launch-file.md', content: launchReference(launchSchema) },
  ];
}

/** Writes the files that differ and names them. */
export function generateLaunch(): readonly string[] {
  const written: string[] = [];
  for (const { path, content } of launchFiles()) {
    const target = new URL(`../${path}`, import.meta.url);
    if (readOrNull(target) === content) continue;
    writeFileSync(target, content);
    written.push(path);
  }
  return written;
}

function readOrNull(target: URL): string | null {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of generateLaunch()) process.stdout.write(`wrote ${path}\n`);
}
