import { execFile } from 'node:child_process';
import { broken, type Check, ok, skip, warn } from './run-checks.ts';

type Env = Readonly<Record<string, string | undefined>>;

const nodeWanted = [24, 6] as const;

/** What must load on this machine, whatever the settings are. */
export function machineChecks(): readonly Check[] {
  return [
    { name: 'Node.js', run: async () => nodeFinding(process.versions.node) },
    {
      name: 'ONNX Runtime',
      async run() {
        const { default: runtime } = await import('onnxruntime-node');
        return ok(`${runtime.env.versions.node ?? 'loads'}, on ${process.platform} ${process.arch}`);
      },
    },
    {
      name: 'DuckDB',
      async run() {
        const { DuckDBInstance, version } = await import('@duckdb/node-api');
        const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
        const connection = await instance.connect();
        await connection.run('SELECT 1');
        connection.closeSync();
        instance.closeSync();
        return ok(version());
      },
    },
  ];
}

export function nodeFinding(version: string) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > nodeWanted[0] || (major === nodeWanted[0] && minor >= nodeWanted[1]);
  if (!isNew) return broken(version, `Install Node.js ${nodeWanted.join('.')} or newer.`);
  return major % 2 === 0
    ? ok(version)
    : warn(version, 'Odd versions of Node.js get no fixes for long; take an even one.');
}

const pythonMsMax = 8_000;
const question = [
  'import platform',
  'try:',
  '    import slipway_export as e',
  '    print(platform.python_version(), getattr(e, "__version__", "installed"))',
  'except ImportError:',
  '    print(platform.python_version(), "missing")',
].join('\n');

/** Only where a Python is named: nothing but `slipway import` of a pickle needs one. */
export function pythonCheck(python: string | null, env: Env): Check {
  return {
    name: 'Python',
    async run() {
      if (python === null) return skip('SLIPWAY_PYTHON is not set; only `slipway import` of a pickle needs it');
      const [version = '', exporter = ''] = (await answerOf(python, env)).trim().split(' ');
      if (exporter !== 'missing') return ok(`${version}, slipway-export ${exporter}`);
      return warn(`${version}, without slipway-export`, `Install it: ${python} -m pip install slipway-export`);
    },
  };
}

function answerOf(python: string, env: Env): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(python, ['-c', question], { env, timeout: pythonMsMax, encoding: 'utf8' }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${python} does not start: ${error.message.split('\n')[0]}`));
    });
  });
}
