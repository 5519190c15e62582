import { fieldName, relativePath } from './forms.ts';
import { block, type JsonSchema, listOf, oneWordOf } from './json-schema.ts';

/** The metrics that a launch file may promise. A name that nothing computes must not pass, so the set is closed. */
export const monitoringMetrics = [
  'latency',
  'errors',
  'fallbacks',
  'contract_violations',
  'quarantine',
  'freshness',
  'prediction_drift',
  'feature_drift',
  'outcomes',
] as const;

/** What is watched in production, and what the model is evaluated on before. */
export const monitoringFields: Readonly<Record<string, JsonSchema>> = {
  monitoring: block(
    {
      title: 'Monitoring (fact 6)',
      description: 'What is watched once the model is live.',
      examples: [{ metrics: ['latency', 'errors', 'fallbacks', 'prediction_drift'], reference: 'reference.json' }],
    },
    {
      metrics: listOf(
        {
          title: 'Metrics',
          description:
            'The metrics to watch: latency; errors; fallbacks; contract_violations (records refused, outputs out of range); quarantine (batch rows set aside); freshness; prediction_drift and feature_drift (against the reference); outcomes (predictions against what really happened).',
          examples: [['latency', 'errors', 'fallbacks', 'prediction_drift', 'feature_drift']],
        },
        oneWordOf({ title: 'Metric', description: 'One metric.' }, monitoringMetrics),
      ),
      reference: relativePath({
        title: 'Reference profile',
        description:
          'The profile of features and scores at training time that drift is measured against, relative to this file.',
        examples: ['reference.json'],
      }),
      redact: listOf(
        {
          title: 'Redact',
          description: 'Features, context fields or the unit whose values are never logged.',
          examples: [['mentor_id']],
        },
        fieldName({ title: 'Field', description: 'The name of one field.' }),
      ),
    },
    ['metrics'],
  ),
  evaluation: block(
    {
      title: 'Evaluation',
      description: 'The data that the launch gate evaluates the model on.',
      examples: [{ data: 'holdout.csv', label: 'needed_support', slices: ['cohort'] }],
    },
    {
      data: relativePath({
        title: 'Data',
        description: 'Held-out records with their outcomes (CSV, Parquet or NDJSON), relative to this file.',
        examples: ['holdout.csv'],
      }),
      label: fieldName({
        title: 'Label',
        description: 'The column with what really happened.',
        examples: ['needed_support'],
      }),
      slices: listOf(
        {
          title: 'Slices',
          description: 'Context fields or features whose values cut the data into groups that are judged one by one.',
          examples: [['cohort']],
        },
        fieldName({ title: 'Slice', description: 'The name of one field.' }),
        { itemsMax: 50 },
      ),
    },
    ['data', 'label'],
  ),
};
