import { basename } from 'node:path';

/** `Learners 2026.csv` as `learners-2026`: a name that a launch file takes. */
export function modelNameOf(path: string): string {
  const stem = basename(path)
    .replace(/\.[^.]*$/, '')
    .toLowerCase();
  const name = stem
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return name === '' ? 'model' : name;
}
