import { expect, test } from 'vitest';
import { findForbiddenText } from './secrets.ts';
import { readYaml } from './source/read-yaml.ts';

function messages(text: string): readonly string[] {
  return findForbiddenText(readYaml(text, 'a.yaml')).map((problem) => problem.message);
}

// Put together here, so that no scanner of this repository takes them for real ones.
const samples = [
  ['an address with a password', 'https://user:pass@host/x'],
  ['an address with a token', 'https://token@host/x'],
  ['a broker with credentials', 'kafka://me:pw@broker'],
  ['a token in a query', 'https://host/?a=1&access_token=abc'.replace('access_', '')],
  ['a private key', ['-----BEGIN', 'RSA PRIVATE KEY-----'].join(' ')],
  ['an AWS key', ['AKIA', 'ABCDEFGHIJKLMNOP'].join('')],
  ['a GitHub token', ['ghp', 'a'.repeat(36)].join('_')],
  ['a bearer token', ['curl -H "Authorization: Bearer', 'a'.repeat(24)].join(' ')],
] as const;

test.each(samples)('%s is found, anywhere, and never repeated', (_, secret) => {
  const [message, ...rest] = messages(`a: [{ b: ${JSON.stringify(secret)} }]`);
  expect(message).toMatch(/^the text holds/);
  expect(message).not.toContain(secret);
  expect(rest).toEqual([]);
});

test.each([
  'https://example.org/runbook?page=2#top',
  'learner-success@example.org',
  'mailto:a@b.org',
  'kafka://topic',
  's3://bucket/a@b.csv',
  'a bearer of news',
  'AKIA',
])('%s is plain text', (text) => {
  expect(messages(`a: ${JSON.stringify(text)}`)).toEqual([]);
});

test('environment variables stand in the run blocks only, whole', () => {
  const braces = (name: string) => `"$\{${name}}"`;
  expect(messages(`batch: { input: ${braces('DATA_1')} }\nstreaming: { from: ${braces('TOPIC')} }`)).toEqual([]);
  expect(messages(`online: { rate: ${braces('RATE')} }`)).toEqual([expect.stringContaining('run blocks only')]);
  expect(messages(`batch: { input: ${braces('1X')} }`)).toEqual([expect.stringContaining('cut short')]);
});
