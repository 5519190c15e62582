import { relative } from 'node:path';
import type { RunRecord } from '../../batch/index.ts';
import type { Io } from '../io.ts';
import { styleFor } from '../style.ts';
import { runText } from './run-text.ts';

/** A record for people: a run as `slipway batch` prints it; what has no form of its own as indented JSON. */
export function documentText(document: unknown, io: Io): string {
  if (isRun(document)) {
    const shown = (path: string) => {
      const near = relative(io.cwd, path);
      return near === '' || near.startsWith('..') ? path : near;
    };
    const { model, version, run_id: id, started_at: at } = document;
    const style = styleFor(io.stdout, io.env);
    const head = `${style.dim(`run ${id} of ${model} ${version}, ${at.slice(0, 16).replace('T', ' ')} UTC`)}\n`;
    return `${head}${runText(document, shown, style)}`;
  }
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** By its mark, and by what the text reads of it. */
export function isRun(value: unknown): value is RunRecord {
  const { slipway_run: mark, counts, scores, questions, input } = (value ?? {}) as Partial<RunRecord>;
  return mark === 1 && counts !== undefined && input !== undefined && Array.isArray(scores) && Array.isArray(questions);
}
