import type { Rule } from './repository.ts';
import { adaptersApart, adaptersNamedByComposers, lazyCommandLine } from './rules/adapters.ts';
import { decidedDependencies, declaredDependencies, lockstepVersions } from './rules/dependencies.ts';
import { everyRoomNamed, generatedMarked, linksLead, oneTitle } from './rules/documents.ts';
import { noCycles, noDeadFiles, noTestCodePublished } from './rules/graph.ts';
import { coreDirections, packageDirections } from './rules/import-directions.ts';
import { noAmbientState, noNodeModules } from './rules/pure-core.ts';
import { fileLength, functionLength } from './rules/size.ts';
import { fileNames, unfinishedWork } from './rules/wording.ts';

/** Every house rule, by the sentence that it enforces. */
export const rules: Readonly<Record<string, Rule>> = {
  'imports between folders of core go downward, and to index.ts': coreDirections,
  'packages import each other downward, by name': packageDirections,
  'adapters never import each other': adaptersApart,
  'only compose.ts, open-model.ts, index.ts and commands name adapters': adaptersNamedByComposers,
  'the command line loads nothing before a command asks for it': lazyCommandLine,
  'core imports no node: module': noNodeModules,
  'core has no clock, timers, randomness, process or console of its own': noAmbientState,
  'a file has at most 300 lines, or is argued for': fileLength,
  'a function has at most 70 lines': functionLength,
  'a file is named after its idea, in kebab-case': fileNames,
  'no work is left unfinished, and no check is silenced': unfinishedWork,
  'every import is declared by the package that makes it': declaredDependencies,
  'packages have one version, dependencies an exact one': lockstepVersions,
  'every dependency has a reason in docs/decisions': decidedDependencies,
  'no file needs itself to be loaded first': noCycles,
  'every file is reached from an entry': noDeadFiles,
  'published code never reaches test code': noTestCodePublished,
  'a document has one title, and it comes first': oneTitle,
  'links lead somewhere': linksLead,
  'ARCHITECTURE.md names every room': everyRoomNamed,
  'generated files say so': generatedMarked,
};
