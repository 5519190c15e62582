import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandFiles } from './generate-cli.ts';
import { errorFiles } from './generate-errors.ts';
import { grpcFiles } from './generate-grpc.ts';
import { httpFiles } from './generate-http.ts';
import { launchFiles } from './generate-launch.ts';
import { metricFiles } from './generate-metrics.ts';
import { operatorFiles } from './generate-operators.ts';
import { realModelFiles } from './generate-real-models.ts';
import { runRecordFiles } from './generate-run-record.ts';
import { settingsFiles } from './generate-settings.ts';
import { statisticsFiles } from './generate-statistics.ts';
import type { GeneratedFile } from './generated-file.ts';

/** Every file of the repository that is made from code. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  return [
    ...launchFiles(),
    ...errorFiles(),
    ...(await commandFiles()),
    ...(await metricFiles()),
    ...httpFiles(),
    ...grpcFiles(),
    ...runRecordFiles(),
    ...operatorFiles(),
    ...realModelFiles(),
    ...statisticsFiles(),
    ...settingsFiles(),
  ];
}

/** Those that are not there, or not as they would be made now. */
export async function staleFiles(): Promise<readonly GeneratedFile[]> {
  return (await generatedFiles()).filter(({ path, content }) => readOrNull(path) !== content);
}

function target(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(target(path), 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stale = await staleFiles();
  for (const { path, content } of stale) {
    writeFileSync(target(path), content);
    console.log(`wrote ${path}`);
  }
  if (stale.length === 0) console.log('every generated file is as it should be');
}
