import { memoryIo } from '@slipway/testkit';
import { commandTable } from '../packages/slipway/src/cli/command-table.ts';
import { main } from '../packages/slipway/src/cli/main.ts';
import { createProgram } from '../packages/slipway/src/cli/program.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** The reference page of the command line: what `--help` prints, for every command. */
export async function commandFiles(): Promise<readonly GeneratedFile[]> {
  const sections: string[] = [intro, `## slipway\n\n${fenced(await helpOf([]))}`];
  for (const { name } of commandTable) {
    sections.push(`## slipway ${name}\n\n${fenced(await helpOf([name]))}`);
    for (const part of await partsOf(name)) {
      sections.push(`### slipway ${name} ${part}\n\n${fenced(await helpOf([name, part]))}`);
    }
  }
  return [{ path: 'docs/reference/cli.md', content: sections.join('\n') }];
}

const intro = `${markdownMark('the commands')}
# Command line

\`slipway COMMAND [arguments] [options]\`. Results go to stdout; progress, notes and errors go to stderr. With \`--json\`
stdout is one JSON document and nothing else. Exit codes: 0 done, 1 internal, 2 invalid input or usage, 3 unsupported or
corrupt artifact, 4 not found, 5 conflict, 6 overloaded or unavailable, 10 verdict fail, 11 verdict inconclusive
or waiting for approval, 12 too
many rows quarantined; [Errors](errors.md) lists them by code.

\`NO_COLOR\`, set to anything, turns colour off on a terminal too. All other variables are [settings](settings.md).
`;

async function helpOf(command: readonly string[]): Promise<string> {
  const memory = memoryIo({ columns: 100 });
  await main([...command, '--help'], memory.io);
  if (memory.code() !== 0) throw new Error(`The help of ${command.join(' ')} failed: ${memory.err()}`);
  return memory.out();
}

/** Commands of a command: `create` of `keys create`. */
async function partsOf(name: string): Promise<readonly string[]> {
  const program = await createProgram([name], memoryIo().io, commandTable);
  const command = program.commands.find((each) => each.name() === name);
  return (command?.commands ?? []).map((each) => each.name());
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}
