import { spawnSync } from 'node:child_process';

/** Names a Python with the packages of the peers; without it their rows are left out. */
export const benchPython = process.env.SLIPWAY_BENCH_PYTHON;

/** Versions of Python and of some of its packages; none where there is no Python. */
export function peerVersions(...packages: readonly string[]): Readonly<Record<string, string>> {
  if (benchPython === undefined) return {};
  const code = `import json, sys, importlib.metadata as m; print(json.dumps({'python': sys.version.split()[0], **{p: m.version(p) for p in sys.argv[1:]}}))`;
  return JSON.parse(spawnSync(benchPython, ['-c', code, ...packages], { encoding: 'utf8' }).stdout);
}
