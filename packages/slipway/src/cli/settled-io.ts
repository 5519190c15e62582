import type { Command } from 'commander';
import type { Io } from './io.ts';

/**
 * The Io of a command with the settings in force as its variables: they are read just before the command acts, so that
 * `--help` works beside a broken settings file. Options that a variable can give (`.env()`) get their value, too.
 */
export function settledIo(command: Command, io: Io): Io {
  let env = io.env;
  command.hook('preAction', async (_, acting) => {
    const { readSettings } = await import('../settings/read-settings.ts');
    const { environmentInForce } = await import('../settings/environment-in-force.ts');
    const settings = readSettings({ folder: io.cwd, env: io.env });
    env = environmentInForce(settings, io.env);
    for (const warning of settings.warnings) io.stderr.write(`warning: ${warning}\n`);
    giveOptions(acting, env);
  });
  return {
    ...io,
    get env() {
      return env;
    },
  };
}

function giveOptions(command: Command, env: Io['env']): void {
  for (const option of command.options) {
    const text = option.envVar === undefined ? undefined : env[option.envVar];
    const name = option.attributeName();
    if (text === undefined || command.getOptionValueSource(name) === 'cli') continue;
    const value = option.parseArg === undefined ? text : option.parseArg(text, option.defaultValue);
    command.setOptionValueWithSource(name, value, 'config');
  }
}
