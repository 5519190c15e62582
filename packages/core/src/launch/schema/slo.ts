import { launchDefaults } from '../defaults.ts';
import { duration, target } from './forms.ts';
import { block, type JsonSchema } from './json-schema.ts';

const latency = block(
  {
    title: 'Latency objective',
    description: 'P(latency <= within) >= target: at least this share of predictions is answered in time.',
    examples: [{ within: '200ms', target: 0.95 }],
  },
  {
    within: duration({ title: 'Within', description: 'The latency that counts as good.', examples: ['200ms'] }),
    target: target({ title: 'Target', description: 'The share of predictions that must be good.', examples: [0.95] }),
  },
  ['within', 'target'],
);

const availability = block(
  {
    title: 'Availability objective',
    description: 'The share of predictions that must be answered without an error and without a fallback.',
    examples: [{ target: 0.999 }],
  },
  {
    target: target({ title: 'Target', description: 'The share of predictions that must be good.', examples: [0.999] }),
  },
  ['target'],
);

const freshness = block(
  {
    title: 'Freshness objective',
    description:
      'How old predictions may be. Batch: the age of the last good run. Streaming: the age of an event when it is scored.',
    examples: [{ within: '26h', target: 0.99 }],
  },
  {
    within: duration({ title: 'Within', description: 'The age that counts as fresh.', examples: ['26h'] }),
    target: target({
      title: 'Target',
      description: 'The share of time, or of events, that must be fresh.',
      examples: [0.99],
    }),
  },
  ['within', 'target'],
);

const load = block(
  {
    title: 'Load',
    description: 'The load at which the launch gate must prove the objectives.',
    examples: [{ requests_per_second: 50, records: 1 }],
  },
  {
    requests_per_second: {
      title: 'Requests per second',
      description: 'How many requests arrive each second.',
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      examples: [50],
    },
    records: {
      title: 'Records a request',
      description: 'How many records each request holds.',
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: launchDefaults.loadRecords,
      examples: [1],
    },
  },
  ['requests_per_second'],
);

/** Service-level objectives. */
export const sloFields: Readonly<Record<string, JsonSchema>> = {
  slo: block(
    {
      title: 'Service-level objectives',
      description: 'What users may rely on. Gates, rollouts and alerts judge the model by these.',
      examples: [{ latency: { within: '200ms', target: 0.95 }, availability: { target: 0.999 } }],
    },
    {
      latency,
      availability,
      freshness,
      window: duration({
        title: 'Window',
        description: 'The time over which the error budget is counted.',
        default: launchDefaults.sloWindow,
        examples: ['30d'],
      }),
      load,
    },
  ),
};
