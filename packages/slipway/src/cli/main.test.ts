import { fail } from '@slipway/core';
import { memoryIo } from '@slipway/testkit';
import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CommandEntry } from './command-table.ts';
import { main } from './main.ts';

const loaded: string[] = [];

const table: readonly CommandEntry[] = [
  entry('greet', (command, io) => {
    command
      .argument('<name>', 'whom to greet')
      .option('--loud', 'in capitals')
      .option('--json', 'one JSON document')
      .action((name: string, options: { loud?: boolean }) => {
        if (name === 'nobody') throw fail('INPUT_NOT_FOUND', { message: 'There is no nobody.', where: 'here' });
        if (name === 'crash') throw new TypeError('x is not a function');
        io.stdout.write(options.loud ? `HELLO ${name}` : `hello ${name}`);
      });
  }),
  entry('part', (command) => {
    const refuse = (advice: string) => () => {
      throw new InvalidArgumentError(advice);
    };
    command
      .argument('[kind]', 'a or b', refuse('Write a or b.'))
      .option('--size <n>', 'how big', refuse('Write a number.'));
  }),
  entry('herd', (command) => {
    command
      .command('count')
      .description('Count them.')
      .action(() => {});
  }),
];

function entry(name: string, configure: Awaited<ReturnType<CommandEntry['load']>>['configure']): CommandEntry {
  const load = async () => {
    loaded.push(name);
    return { configure };
  };
  return { name, summary: `${name} somebody`, group: 'Manners:', load };
}

async function run(argv: readonly string[], options: Parameters<typeof memoryIo>[0] = {}) {
  const memory = memoryIo(options);
  loaded.length = 0;
  await main(argv, memory.io, table);
  return { out: memory.out(), err: memory.err(), code: memory.code(), loaded: [...loaded] };
}

describe('commands', () => {
  test('a command runs with its arguments and options, and no other command is loaded', async () => {
    expect(await run(['greet', 'Ada', '--loud'])).toEqual({ out: 'HELLO Ada', err: '', code: 0, loaded: ['greet'] });
  });

  test('without arguments the help lists every command by group, loads none and exits 0', async () => {
    const { out, err, code, loaded } = await run([]);
    expect(out).toMatch(/Usage: slipway[\s\S]*Manners:\n {2}greet[\s\S]* {2}part[\s\S]*First steps:/);
    expect({ err, code, loaded }).toEqual({ err: '', code: 0, loaded: [] });
  });

  test.each([[['greet', '--help']], [['help', 'greet']], [['help', 'greet', '--json']]])(
    '%j shows the help of the command',
    async (argv) => {
      const { out, code } = await run(argv);
      expect(out).toMatch(/Usage: slipway greet[\s\S]*Greet somebody\.[\s\S]*--loud/);
      expect(code).toBe(0);
    },
  );

  test('a group of commands without one of them shows its help on stderr, and exits as a mistake does', async () => {
    const { out, err, code } = await run(['herd']);
    expect(err).toMatch(/^Usage: slipway herd[\s\S]*count\s+Count them\./);
    expect(err).not.toMatch(/outputHelp|USAGE/);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect((await run(['herd', '--help'])).code).toBe(0);
  });

  test('a wrong second word is told with the command that has no such word', async () => {
    expect((await run(['herd', 'conut'])).err).toContain('\n  where  slipway herd\n');
    expect((await run(['herd', 'count', '--help'])).out).toMatch(/^Usage: slipway herd count/);
  });

  test('help of help is the help of all', async () => {
    expect(await run(['help', 'help'])).toMatchObject({ out: (await run([])).out, err: '', code: 0 });
  });

  test('help is bold on a terminal, and plain where NO_COLOR is set', async () => {
    expect((await run(['--help'], { isTTY: true })).out).toContain('\u001b[1mUsage:');
    expect((await run(['--help'], { isTTY: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
    expect((await run(['--help'])).out).not.toContain('\u001b');
  });
});

describe('usage mistakes are USAGE with exit 2', () => {
  test.each([
    [
      'an unknown command that is asked for its help',
      ['graet', '--help'],
      "Unknown command 'graet'.",
      'Did you mean greet?',
    ],
    ['the short form of that', ['-h', 'graet'], "Unknown command 'graet'.", 'Did you mean greet?'],
    ['a wrong second word', ['herd', 'conut'], "Unknown command 'conut'.", 'Did you mean count? `slipway herd --help`'],
    ['a wrong second word with --help', ['herd', 'conut', '--help'], "Unknown command 'conut'.", 'Did you mean count?'],
    [
      'an argument that is none, in plain words',
      ['part', 'x'],
      "'x' is no kind. Write a or b.",
      '`slipway part --help`',
    ],
    [
      'a value that an option does not take',
      ['part', '--size', 'x'],
      "--size does not take 'x'. Write a number.",
      '`slipway part --help`',
    ],
    ['an unknown command, with the one that was meant', ['graet'], "Unknown command 'graet'.", 'Did you mean greet?'],
    ['help of an unknown command', ['help', 'graet'], "Unknown command 'graet'.", 'Did you mean greet?'],
    [
      'help of nothing like a command',
      ['help', 'xyz'],
      "Unknown command 'xyz'.",
      '`slipway --help` lists the commands.',
    ],
    [
      'an unknown option, with the one that was meant',
      ['greet', 'Ada', '--lout'],
      "Unknown option '--lout'.",
      '--loud?',
    ],
    ['a missing argument', ['greet'], "Missing required argument 'name'.", '`slipway greet --help`'],
    ['an argument too many', ['greet', 'Ada', 'Bob'], 'Too many arguments', '`slipway greet --help`'],
  ])('%s', async (_, argv, message, hint) => {
    const { out, err, code } = await run(argv);
    expect(err).toContain(`USAGE: ${message}`);
    expect(err).toContain(hint);
    expect(err).toMatch(/\n {2}where {2}slipway/);
    expect({ out, code }).toEqual({ out: '', code: 2 });
  });
});

describe('errors of a command', () => {
  test('print code, message, where and hint, and exit by kind', async () => {
    const { err, code } = await run(['greet', 'nobody']);
    expect(err).toBe('INPUT_NOT_FOUND: There is no nobody.\n  where  here\n  hint   Check the path.\n');
    expect(code).toBe(4);
  });

  test('with --json they are one JSON document on stderr', async () => {
    const { out, err, code } = await run(['greet', 'nobody', '--json']);
    const { error } = JSON.parse(err);
    const message = 'There is no nobody.';
    expect(error).toEqual({
      code: 'INPUT_NOT_FOUND',
      kind: 'not_found',
      message,
      where: 'here',
      hint: 'Check the path.',
    });
    expect({ out, code }).toEqual({ out: '', code: 4 });
  });

  test('an error nobody foresaw is INTERNAL without a stack, which SLIPWAY_DEBUG shows', async () => {
    const quiet = await run(['greet', 'crash']);
    expect(quiet.err).toMatch(/^INTERNAL: x is not a function\n/);
    expect(quiet.err).not.toContain('main.test.ts');
    expect(quiet.code).toBe(1);
    const debug = await run(['greet', 'crash'], { env: { SLIPWAY_DEBUG: '1' } });
    expect(debug.err).toMatch(/caused by: TypeError: x is not a function\n.*main\.test\.ts/);
  });
});
