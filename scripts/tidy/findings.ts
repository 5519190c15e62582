import { type Finding, type Rule, repositoryOf } from './repository.ts';

const manifests = {
  'package.json': manifest({ name: 'workspace', private: true, devDependencies: { vitest: '5.1.0' } }),
  'packages/core/package.json': manifest({ name: '@slipway/core', exports: { '.': './src/index.ts' } }),
  'packages/slipway/package.json': manifest({
    name: 'slipway',
    bin: { slipway: 'bin/slipway.js' },
    exports: { '.': './src/index.ts' },
    dependencies: { '@slipway/core': '1.0.0', fastify: '5.0.0' },
  }),
};

export function manifest(parts: Record<string, unknown>): string {
  return JSON.stringify({ version: '1.0.0', ...parts });
}

/** What a rule says of a workspace that holds these files too, without the lines: for the tests of the rules. */
export function findings(rule: Rule, files: Record<string, string>): readonly string[] {
  return rule(repositoryOf({ ...manifests, ...files })).map(({ path, message }: Finding) => `${path}: ${message}`);
}
