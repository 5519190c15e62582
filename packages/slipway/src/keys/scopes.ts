/** What a key may do: ask for predictions, change what is served, or everything. */
export const scopes = ['predict', 'operate', 'admin'] as const;

export type Scope = (typeof scopes)[number];

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
