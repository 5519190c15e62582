export * from './errors/index.ts';
export {
  diffLaunch,
  type Fact,
  type Launch,
  type LaunchChange,
  type LaunchFile,
  launchDefaults,
  launchFacts,
  launchSchema,
  type Pattern,
  parseLaunch,
  readLaunchFile,
  writeLaunch,
} from './launch/index.ts';
