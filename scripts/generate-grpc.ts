import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GeneratedFile } from './generated-file.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = 'packages/slipway/src/online/grpc';
const mark = '// Generated from open-inference.proto by `npm run generate`. Do not edit.\n';

/** The messages and the service of `open-inference.proto` as TypeScript. */
export function grpcFiles(): readonly GeneratedFile[] {
  const out = mkdtempSync(join(tmpdir(), 'slipway-grpc-'));
  try {
    const plugin = {
      local: [process.execPath, join(root, 'node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es')],
      out,
      opt: ['target=ts', 'import_extension=ts', 'erasable_syntax=true'],
    };
    const template = JSON.stringify({ version: 'v2', plugins: [plugin] });
    const made = spawnSync(join(root, 'node_modules/.bin/buf'), ['generate', folder, '--template', template], {
      cwd: root,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`buf ended with ${made.status}: ${made.stderr ?? made.error}`);
    const content = readFileSync(join(out, 'open-inference_pb.ts'), 'utf8');
    return [{ path: `${folder}/open-inference.generated.ts`, content: `${mark}${content}` }];
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
