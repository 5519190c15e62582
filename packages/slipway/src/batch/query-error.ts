import { asSlipwayError, fail, isSlipwayError } from '@slipway/core';

/**
 * An error of the query engine with the first line of its text: the rest repeats the query. Trouble with a file below
 * one of the `written` paths is OUTPUT_NOT_WRITABLE, any other BATCH_FAILED.
 */
export function queryError(thrown: unknown, written: readonly string[] = []): Error {
  if (isSlipwayError(thrown)) return thrown;
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] as string;
  const path = message.startsWith('IO Error') ? written.find((each) => message.includes(each)) : undefined;
  if (path === undefined) return asSlipwayError(new Error(message, { cause: thrown }), 'BATCH_FAILED');
  // Behind the path stands the reason of the system: `"/out/file": No space left on device`.
  const reason = message.slice(message.lastIndexOf(path) + path.length).replace(/^\W+/, '') || message;
  return fail('OUTPUT_NOT_WRITABLE', {
    message: `The output cannot be written: ${reason}.`,
    where: path,
    cause: thrown,
  });
}
