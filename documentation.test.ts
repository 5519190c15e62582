import { fileURLToPath } from 'node:url';
import { memoryIo } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { commandTable } from './packages/slipway/src/cli/command-table.ts';
import { createProgram } from './packages/slipway/src/cli/program.ts';
import { readRepository } from './scripts/tidy/repository.ts';

// What the documents show is what the command takes: every command line of every document is parsed, not run.

const { documents } = readRepository(fileURLToPath(new URL('.', import.meta.url)));

/** `slipway batch in.csv out.csv` of a line like `$ npx slipway batch in.csv out.csv   # a comment`. */
function commandLines(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```(?:sh|text)\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  return (
    blocks
      .flatMap((block) => block.replaceAll(/\\\n\s*/g, ' ').split('\n'))
      .map((line) => /(?:^|&& |\$ )\s*(?:npx )?(slipway(?: [^&|>#]+)?)/.exec(line)?.[1] ?? '')
      // A description stands two or more spaces away.
      .map((line) => line.replace(/\s{2,}.*$/, '').trim())
      .filter((line) => /^slipway [a-z]/.test(line))
  );
}

/** What the command says against a command line, or null. */
async function complaint(line: string): Promise<string | null> {
  const argv = (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).slice(1).map((word) => word.replaceAll(/^["']|["']$/g, ''));
  const program = await createProgram(argv, memoryIo().io, commandTable);
  for (const command of allCommands(program)) command.action(() => {});
  return program.parseAsync(argv, { from: 'user' }).then(
    () => null,
    (error: Error & { exitCode?: number }) => (error.exitCode === 0 ? null : error.message),
  );
}

type Program = Pick<Awaited<ReturnType<typeof createProgram>>, 'commands' | 'action'>;

/** Those of a program, and the commands of these: `keys create`. */
function allCommands({ commands }: Program): readonly Program[] {
  return commands.flatMap((command) => [...(command.commands.length === 0 ? [command] : []), ...allCommands(command)]);
}

const shown = documents
  .filter(({ path }) => path.endsWith('.md'))
  .flatMap(({ path, text }) => commandLines(text).map((line) => ({ path, line })));

const guides = documents.filter(
  ({ path, text }) => /^docs\/guides\/.*\.md$/.test(path) && commandLines(text).length > 0,
);

test.each(guides)('$path says on top how the command is called', ({ text }) => {
  expect(text.split('\n').slice(0, 6).join('\n')).toContain('write `npx slipway` for `slipway`');
});

describe('command lines in documents', () => {
  test('are found where they stand', () => {
    const text =
      '```sh\ncd x && npx slipway serve --port 0 | head  # c\nslipway batch a b   scores\n```\nslipway nothing here';
    expect(commandLines(text)).toEqual(['slipway serve --port 0', 'slipway batch a b']);
    expect(new Set(shown.map(({ path }) => path))).toContain('README.md');
  });

  test('with an option that the command does not have are refused', async () => {
    expect(await complaint('slipway serve --prot 1')).toMatch(/unknown option/);
    expect(await complaint('slipway srve')).toMatch(/unknown command/);
    expect(await complaint('slipway serve --port 1')).toBe(null);
  });

  test.each(shown)('$path: $line', async ({ line }) => {
    expect(await complaint(line)).toBe(null);
  });
});
