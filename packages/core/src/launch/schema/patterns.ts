import { launchDefaults } from '../defaults.ts';
import { cron, duration, fieldName, fraction, rate, runPath, size, topic } from './forms.ts';
import { block, type JsonSchema } from './json-schema.ts';

/** The blocks in which `${NAME}` stands for an environment variable: they differ from place to place. */
export const runBlocks = ['batch', 'streaming'] as const;

const batch = block(
  {
    title: 'Batch (run block)',
    description: 'How files are scored. `${NAME}` stands for an environment variable.',
    examples: [{ input: 'learners.csv', output: 'scored.csv', schedule: '0 2 * * *', max_quarantine: '1%' }],
  },
  {
    input: runPath({
      title: 'Input',
      description: 'The file to score (CSV, Parquet or NDJSON).',
      examples: ['learners.csv'],
    }),
    output: runPath({
      title: 'Output',
      description: 'The file to write (CSV, Parquet or NDJSON).',
      examples: ['scored.csv'],
    }),
    schedule: cron({
      title: 'Schedule',
      description: 'When the job runs: five fields of cron, in UTC.',
      examples: ['0 2 * * *'],
    }),
    max_quarantine: fraction(
      {
        title: 'Most rows in quarantine',
        description: 'The share of rows that may break the input contract before the run fails.',
        default: launchDefaults.batchMaxQuarantine,
        examples: ['1%', '0%'],
      },
      { positive: false },
    ),
  },
);

const streaming = block(
  {
    title: 'Streaming (run block)',
    description:
      'Where events come from and go to; without it, standard input and output. `${NAME}` stands for an environment variable.',
    examples: [
      {
        from: 'kafka://learner-events',
        to: 'kafka://learner-risk',
        dead_letter: 'kafka://learner-dead',
        key: 'learner_id',
      },
    ],
  },
  {
    from: topic({
      title: 'From',
      description: 'The topic or subject that events arrive on.',
      examples: ['kafka://learner-events'],
    }),
    to: topic({
      title: 'To',
      description: 'The topic or subject that predictions go to.',
      examples: ['kafka://learner-risk'],
    }),
    dead_letter: topic({
      title: 'Dead letter',
      description: 'The topic or subject for events that cannot be scored, with the reason.',
      examples: ['kafka://learner-dead'],
    }),
    key: fieldName({
      title: 'Key',
      description: 'The field whose value is the key of a prediction; order is kept for each key.',
      examples: ['learner_id'],
    }),
  },
);

const embedded = block(
  {
    title: 'Embedded',
    description: 'What the module on the device must keep to.',
    examples: [{ size: '50kB', cold_start: '5ms', channel: 'stable' }],
  },
  {
    size: size({
      title: 'Size',
      description: 'The largest size of the module, gzipped; a larger one fails the build.',
      examples: ['50kB'],
    }),
    cold_start: duration({
      title: 'Cold start',
      description: 'The longest time from load to first prediction.',
      examples: ['5ms'],
    }),
    channel: {
      title: 'Channel',
      description: 'The update channel that devices follow.',
      type: 'string',
      maxLength: 64,
      pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
      errorMessage: 'Expected a channel name: lower-case letters, digits and - between them',
      default: launchDefaults.embeddedChannel,
      examples: ['stable', 'beta'],
    },
  },
);

const online = block(
  {
    title: 'Online',
    description: 'The limits of the HTTP and gRPC service.',
    examples: [{ deadline: '500ms', body: '1MB', records: 10_000, rate: '100/s' }],
  },
  {
    deadline: duration({
      title: 'Deadline',
      description: 'The longest time that a request may take; then the fallback answers, or an error.',
      default: launchDefaults.onlineDeadline,
      examples: ['500ms'],
    }),
    body: size({
      title: 'Body',
      description: 'The largest request body.',
      default: launchDefaults.onlineBody,
      examples: ['1MB'],
    }),
    records: {
      title: 'Records',
      description: 'The greatest number of records in one request.',
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: launchDefaults.onlineRecords,
      examples: [10_000],
    },
    rate: rate({
      title: 'Rate',
      description: 'How many requests each caller may send. Without it there is no limit.',
      examples: ['100/s'],
    }),
  },
);

/** One block for each deployment pattern. */
export const patternFields: Readonly<Record<string, JsonSchema>> = { batch, streaming, embedded, online };
