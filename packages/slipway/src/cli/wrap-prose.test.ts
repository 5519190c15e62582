import { memoryIo } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { commandTable } from './command-table.ts';
import { createProgram } from './program.ts';
import { wrapProse } from './wrap-prose.ts';

test('fills paragraphs and leaves indented lines and empty ones as they are', () => {
  const text = '\nOne two\nthree four.\n\nExamples:\n  slipway a very long example\n  another';
  expect(wrapProse(text, 13)).toBe('\nOne two three\nfour.\n\nExamples:\n  slipway a very long example\n  another');
  expect(wrapProse('averylongword b', 5)).toBe('averylongword\nb');
});

test.each(commandTable.map(({ name }) => name))(
  'no prose of `slipway %s --help` is wider than the options',
  async (name) => {
    const { io } = memoryIo();
    const program = await createProgram([name], { ...io, stdout: { ...io.stdout, columns: 80 } }, commandTable);
    let text = '';
    const command = program.commands.find((each) => each.name() === name);
    command?.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
    expect(text).toContain('Usage:');
    const prose = text.split('\n').filter((line) => /^\S/.test(line) && !line.startsWith('Usage:'));
    expect(prose.filter((line) => line.length > 80)).toEqual([]);
  },
);
