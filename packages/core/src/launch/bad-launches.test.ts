import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isSlipwayError, type SlipwayError } from '../errors/index.ts';
import { parseLaunch } from './index.ts';
import type { ProblemDetail } from './problems.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

const example = fixture('design-example.yaml');

interface Case {
  readonly title: string;
  readonly edit: readonly [before: string, after: string];
  readonly told: {
    readonly code: string;
    readonly at?: string;
    readonly field: string;
    readonly message: string;
    readonly suggests?: string;
    readonly problems?: number;
  };
}

test.each(parse(fixture('bad-launches.yaml')) as Case[])('$title is refused at its place', ({ edit, told }) => {
  expect(example.split(edit[0])).toHaveLength(2);
  const marked = example.replace(edit[0], () => edit[1]);
  const error = failure(marked.replace('‸', ''));
  const { problems } = error.details as { problems: readonly ProblemDetail[] };
  const [first] = problems;
  expect({
    code: error.code,
    where: error.where,
    field: first?.field,
    suggestion: first?.suggestion,
    problems: problems.length,
  }).toEqual({
    code: told.code,
    where: `launch.yaml:${told.at ?? placeOfMark(marked)}`,
    field: told.field,
    suggestion: told.suggests ?? null,
    problems: told.problems ?? 1,
  });
  expect(first?.message).toContain(told.message);
  expect(first?.hint).not.toBe('');
});

function placeOfMark(text: string): string {
  const before = text.slice(0, text.indexOf('‸')).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

function failure(text: string): SlipwayError {
  try {
    parseLaunch(text, 'launch.yaml');
  } catch (error) {
    if (isSlipwayError(error)) return error;
    throw error;
  }
  throw new Error('The launch file was accepted.');
}
