/** What a key may do: ask for predictions, change what is served, or everything. */
export const scopes = ['predict', 'operate', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/** A scope as a key holds it: for every model, or for one. */
export interface Grant {
  readonly scope: Scope;
  readonly model: string | null;
}

/** Reads `predict`, or `predict:MODEL`; null for anything else. `admin` is never for one model alone. */
export function scopeOfGrant(text: string): Grant | null {
  const [, word, , model = null] = /^([a-z]+)(:(.+))?$/s.exec(text) ?? [];
  const scope = scopes.find((each) => each === word);
  if (scope === undefined || (scope === 'admin' && model !== null)) return null;
  return { scope, model };
}

/**
 * Whether a key with these scopes may do what needs `scope` with a model, or with the place as a whole (null). A scope
 * is a word, or `word:model` for one model alone. `admin` is everything; otherwise no scope contains another: who
 * operates need not see predictions.
 */
export function allows(granted: readonly string[], scope: Scope, model: string | null): boolean {
  return granted.some((each) => {
    if (each === 'admin' || each === scope) return true;
    return model !== null && scope !== 'admin' && each === `${scope}:${model}`;
  });
}
