/**
 * The file of a worker, or of a process that runs one, beside this one. Its ending is that of this file: `.ts` in the
 * repository, `.js` when built.
 */
export function workerFile(name: 'blocking-worker' | 'pool-worker' | 'pool-host'): URL {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return new URL(`./${name}${ending}`, import.meta.url);
}
