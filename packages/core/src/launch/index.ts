export { launchDefaults } from './defaults.ts';
export { diffLaunch, type LaunchChange } from './diff.ts';
export { type Fact, launchFacts } from './facts.ts';
export type * from './launch-file.generated.ts';
export { parseLaunch, readLaunchFile } from './parse-launch.ts';
export type { ProblemDetail } from './problems.ts';
export { launchSchema } from './schema/launch-schema.ts';
export type * from './types.ts';
export { type WriteOptions, writeLaunch } from './write-launch.ts';
