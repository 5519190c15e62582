import type { About, JsonSchema } from './json-schema.ts';

/*
 * The short forms of the launch file. Each pattern has its reader in `quantities.ts`; a property test holds the two
 * together. Patterns are written without flags, as JSON Schema has them.
 */

/** `200ms`, `1.5s`, `15m`, `26h`, `30d`; never zero. */
export function duration(about: About): JsonSchema {
  return {
    ...about,
    type: 'string',
    pattern: '^(?=.*[1-9])[0-9]{1,9}(\\.[0-9]{1,3})?(ms|s|m|h|d)$',
    errorMessage: 'Expected a duration, a number with one of ms, s, m, h, d, such as 200ms or 26h',
  };
}

/** `1MB`, `50kB` (powers of 1000), `64KiB`, `2MiB` (powers of 1024). */
export function size(about: About): JsonSchema {
  return {
    ...about,
    type: 'string',
    pattern: '^(?=.*[1-9])([0-9]{1,9}B|[0-9]{1,9}(\\.[0-9]{1,3})?(kB|MB|GB|KiB|MiB|GiB))$',
    errorMessage: 'Expected a size, a number with one of B, kB, MB, GB, KiB, MiB, GiB, such as 50kB or 1MB',
  };
}

/** `100/s`, `6000/m`, `10000/h`. */
export function rate(about: About): JsonSchema {
  return {
    ...about,
    type: 'string',
    pattern: '^[1-9][0-9]{0,8}/(s|m|h)$',
    errorMessage: 'Expected a rate, a count for each s, m or h, such as 100/s',
  };
}

/**
 * `1%`, `0.5%`, or a number below 1 such as 0.01. The number 1 is refused: it could mean 1% or all. `positive` shuts
 * out zero as well.
 */
export function fraction(about: About, options: { readonly positive: boolean }): JsonSchema {
  const nonZero = options.positive ? '(?=.*[1-9])' : '';
  const errorMessage = 'Expected a percentage such as 1% (or a number below 1, such as 0.01)';
  return {
    ...about,
    errorMessage,
    oneOf: [
      {
        title: 'percentage',
        type: 'string',
        pattern: `^${nonZero}(100(\\.0+)?|[0-9]{1,2}(\\.[0-9]{1,6})?)%$`,
        errorMessage,
      },
      {
        title: 'number below 1',
        type: 'number',
        ...(options.positive ? { exclusiveMinimum: 0 } : { minimum: 0 }),
        exclusiveMaximum: 1,
        errorMessage,
      },
    ],
  };
}

/** The share of events that must be good: above 0 and below 1, since 1 leaves no error budget at all. */
export function target(about: About): JsonSchema {
  const errorMessage = 'Expected a share above 0 and below 1, such as 0.95 or 95%';
  return {
    ...about,
    errorMessage,
    oneOf: [
      { title: 'number between 0 and 1', type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, errorMessage },
      { title: 'percentage', type: 'string', pattern: '^(?=.*[1-9])[0-9]{1,2}(\\.[0-9]{1,6})?%$', errorMessage },
    ],
  };
}

/** Numbers of the version's core and pre-release are without leading zeros, as Semantic Versioning 2.0.0, items 2 and 9, asks. */
export function semanticVersion(about: About, alsoWords: readonly string[] = []): JsonSchema {
  const number = '(0|[1-9][0-9]{0,8})';
  const identifier = '(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
  const core = `${number}\\.${number}\\.${number}`;
  const preRelease = `(-${identifier}(\\.${identifier})*)?`;
  const build = '(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?';
  const words = alsoWords.map((word) => `|${word}`).join('');
  return {
    ...about,
    type: 'string',
    maxLength: 64,
    pattern: `^(${core}${preRelease}${build}${words})$`,
    errorMessage: `Expected ${[...alsoWords, 'a semantic version, three numbers such as 1.0.0'].join(' or ')}`,
  };
}

/** A path relative to the launch file. Neither an address nor a path of one machine belongs in a version. */
export function relativePath(about: About): JsonSchema {
  return {
    ...about,
    type: 'string',
    maxLength: 1000,
    pattern: '^(?![/\\\\]|[A-Za-z]:[\\\\/]|[A-Za-z][A-Za-z0-9+.-]*://)[^\\u0000-\\u001f]+$',
    errorMessage: 'Expected a path relative to the launch file, with / between folders',
  };
}

/** A path, an `s3://` address or a pattern of paths, in a run block: `${ENV}` stands for what differs from place to place. */
export function runPath(about: About): JsonSchema {
  return {
    ...about,
    type: 'string',
    maxLength: 1000,
    pattern: '^(?!(?!s3://)[A-Za-z][A-Za-z0-9+.-]*://)[^\\u0000-\\u001f]+$',
    errorMessage: 'Expected a path or an s3:// address; ${NAME} stands for an environment variable',
  };
}

/** Where events come from or go to: the broker's kind and a topic or subject, never its address. */
export function topic(about: About): JsonSchema {
  return {
    ...about,
    type: 'string',
    maxLength: 300,
    pattern: '^(kafka|nats)://[A-Za-z0-9._*>${}-]+$',
    errorMessage:
      "Expected a topic such as kafka://learner-events or nats://learner.events; the broker's address comes from the environment",
  };
}

/** Five fields of cron: minute, hour, day of month, month, day of week; times are UTC. */
export function cron(about: About): JsonSchema {
  const field = '[0-9A-Za-z*/,-]+';
  return {
    ...about,
    type: 'string',
    maxLength: 100,
    pattern: `^${field}( +${field}){4}$`,
    errorMessage: 'Expected a cron schedule of five fields, such as "0 2 * * *" for 02:00 UTC every day',
  };
}

/**
 * The name of a feature, an output or a context field: printable, no blank at either end, since it becomes a CSV
 * column, a JSON key and part of messages. `__proto__` is refused for what it does to objects.
 */
export const fieldNamePattern =
  '^(?!__proto__$)[^\\s\\u0000-\\u001f\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$';

export function fieldName(about: About): JsonSchema {
  return {
    ...about,
    type: 'string',
    maxLength: 128,
    pattern: fieldNamePattern,
    errorMessage: 'Expected a field name: 1 to 128 printable characters, without blanks at its ends',
  };
}
