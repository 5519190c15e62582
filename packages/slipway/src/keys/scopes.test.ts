import { expect, test } from 'vitest';
import { allows, type Scope, scopeOfGrant, scopes } from './scopes.ts';

const granted = [
  [],
  ['predict'],
  ['operate'],
  ['admin'],
  ['predict', 'operate'],
  ['predict:m'],
  ['operate:m'],
  ['predict:n', 'operate'],
];

/** Of every grant, all that it lets do; `@m` with the model m, `@` with the place. */
const allowed: Readonly<Record<string, string>> = {
  '': '',
  predict: 'predict@ predict@m',
  operate: 'operate@ operate@m',
  admin: 'predict@ predict@m operate@ operate@m admin@ admin@m',
  'predict,operate': 'predict@ predict@m operate@ operate@m',
  'predict:m': 'predict@m',
  'operate:m': 'operate@m',
  'predict:n,operate': 'operate@ operate@m',
};

test.each(granted)('the scopes %j %j allow exactly what stands in the table', (...words) => {
  const given = words.filter((word) => word !== undefined);
  const asked = scopes.flatMap((scope) => [null, 'm'].map((model) => ({ scope, model })));
  const yes = asked.filter(({ scope, model }) => allows(given, scope, model));
  expect(yes.map(({ scope, model }) => `${scope}@${model ?? ''}`).join(' ')).toBe(allowed[given.join(',')]);
});

test.each(['Predict', 'predict:', 'admin:m', 'predict:mm', 'pre', '*', ''])(
  '%j is no scope that lets do anything',
  (word) => {
    expect(scopes.some((scope: Scope) => allows([word], scope, 'm') || allows([word], scope, null))).toBe(false);
  },
);

test('a scope is read as a key holds it, and nothing else is one', () => {
  expect(scopeOfGrant('admin')).toEqual({ scope: 'admin', model: null });
  expect(scopeOfGrant('predict:learner-risk')).toEqual({ scope: 'predict', model: 'learner-risk' });
  expect(scopeOfGrant('operate:a:b')).toEqual({ scope: 'operate', model: 'a:b' });
  for (const text of ['', 'Predict', 'predict:', 'admin:m', ' predict', 'predict\n', ':m', 'everything:m']) {
    expect(scopeOfGrant(text), JSON.stringify(text)).toBeNull();
  }
});
