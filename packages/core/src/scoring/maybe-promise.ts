/** A value now where the session is synchronous, a promise where it is not. Await it, or check with `isPromise`. */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** Continues with the value of `start()` without making a promise of a plain value; `onError` sees throws of both. */
export function chain<T, U>(
  start: () => MaybePromise<T>,
  then: (value: T) => U,
  onError: (thrown: unknown) => U,
): MaybePromise<U> {
  let value: MaybePromise<T>;
  try {
    value = start();
    if (!isPromise(value)) return then(value);
  } catch (thrown) {
    return onError(thrown);
  }
  return value.then(then).catch(onError);
}
