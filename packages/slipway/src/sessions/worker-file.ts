/** The file of a worker beside this one. Its ending is that of this file: `.ts` in the repository, `.js` when built. */
export function workerFile(name: 'blocking-worker' | 'pool-worker'): URL {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return new URL(`./${name}${ending}`, import.meta.url);
}
