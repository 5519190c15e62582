export { launchDefaults } from './defaults.ts';
export type * from './launch-file.generated.ts';
export { parseLaunch, readLaunchFile } from './parse-launch.ts';
export type { ProblemDetail } from './problems.ts';
export { launchSchema } from './schema/launch-schema.ts';
export type * from './types.ts';
