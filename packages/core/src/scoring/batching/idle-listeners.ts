/** Those who wait for a moment at which nothing is left to do. */
export class IdleListeners {
  readonly #waiting: (() => void)[] = [];

  /** Resolves at once, or at the next `tell(true)`. */
  wait(isIdle: boolean): Promise<void> {
    return isIdle ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  tell(isIdle: boolean): void {
    if (isIdle) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
