import { fail } from '@slipway/core';

/** A value of a *run* block with each `${NAME}` replaced from the environment. Raises USAGE where one is not set. */
export function expandVariables(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  where: string,
): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value !== undefined) return value;
    throw fail('USAGE', {
      message: `The environment variable ${name} is not set.`,
      where,
      hint: `Set ${name}, or write the value into the launch file.`,
    });
  });
}
