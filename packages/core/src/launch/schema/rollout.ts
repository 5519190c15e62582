import { launchDefaults } from '../defaults.ts';
import { duration, fraction, semanticVersion } from './forms.ts';
import { block, type JsonSchema, listOf, oneWordOf, prose } from './json-schema.ts';

const kindMeaning =
  'shadow runs the candidate silently; canary sends it a growing share; ab splits units and compares outcomes.';

const shadow = block(
  {
    title: 'shadow step',
    description: 'The candidate sees a copy of real traffic; its predictions are logged and never used.',
  },
  {
    kind: { title: 'Kind', description: kindMeaning, const: 'shadow', examples: ['shadow'] },
    share: fraction(
      { title: 'Share', description: 'The share of traffic that is copied.', examples: ['20%'] },
      { positive: true },
    ),
    for: duration({ title: 'For', description: 'How long the step lasts at least.', examples: ['1d'] }),
  },
  ['kind', 'share', 'for'],
);

const canary = block(
  { title: 'canary step', description: 'A growing share of units is answered by the candidate.' },
  {
    kind: { title: 'Kind', description: kindMeaning, const: 'canary', examples: ['canary'] },
    weights: listOf(
      {
        title: 'Weights',
        description: 'The share of units that the candidate answers, step by step, ascending.',
        examples: [['1%', '5%', '25%', '50%', '100%']],
      },
      fraction({ title: 'Weight', description: 'One share.' }, { positive: true }),
      { itemsMax: 100 },
    ),
    each: duration({ title: 'Each', description: 'How long each weight lasts at least.', examples: ['1h'] }),
  },
  ['kind', 'weights', 'each'],
);

const experiment = block(
  { title: 'ab step', description: 'Units are split between stable and candidate, and their outcomes compared.' },
  {
    kind: { title: 'Kind', description: kindMeaning, const: 'ab', examples: ['ab'] },
    share: fraction(
      { title: 'Share', description: 'The share of units that the candidate answers.', examples: ['50%'] },
      { positive: true },
    ),
    for: duration({ title: 'For', description: 'How long the step lasts at least.', examples: ['14d'] }),
    metric: prose(
      { title: 'Metric', description: 'The outcome that is compared.', examples: ['support_avoided'] },
      128,
    ),
  },
  ['kind', 'share', 'for', 'metric'],
);

/** The way back and the way out. */
export const rolloutFields: Readonly<Record<string, JsonSchema>> = {
  rollback: block(
    {
      title: 'Rollback procedure (fact 7)',
      description: 'How to get back when this version misbehaves. With no earlier version, the fallback serves.',
      examples: [
        { to: 'previous', when: ['slo_breach', 'contract_violation'], procedure: 'slipway rollback learner-risk' },
      ],
    },
    {
      to: semanticVersion(
        {
          title: 'To',
          description: 'The version to go back to: `previous`, or its number.',
          default: launchDefaults.rollbackTo,
          examples: ['previous', '0.9.0'],
        },
        ['previous'],
      ),
      when: listOf(
        {
          title: 'When',
          description: 'What rolls this version back by itself. Drift never does: it pauses a rollout and alerts.',
          default: launchDefaults.rollbackWhen,
          examples: [['slo_breach', 'contract_violation']],
        },
        oneWordOf({ title: 'Reason', description: 'One reason to roll back.' }, ['slo_breach', 'contract_violation']),
      ),
      procedure: prose({
        title: 'Procedure',
        description:
          'What a person does to roll back, in words. Slipway never runs this text; a drill runs the operation of the registry.',
        examples: ['slipway rollback learner-risk'],
      }),
    },
  ),
  rollout: block(
    {
      title: 'Staged rollout',
      description: 'The steps by which a new version replaces the old one.',
      examples: [{ steps: [{ kind: 'canary', weights: ['1%', '10%', '100%'], each: '1h' }] }],
    },
    {
      steps: {
        title: 'Steps',
        description: 'The steps in order.',
        examples: [[{ kind: 'shadow', share: '20%', for: '1d' }]],
        type: 'array',
        minItems: 1,
        maxItems: 50,
        items: { title: 'Step', description: kindMeaning, oneOf: [shadow, canary, experiment] },
      },
      approve: {
        title: 'Wait for approval',
        description: 'Whether a person must approve before the candidate becomes stable.',
        type: 'boolean',
        default: launchDefaults.rolloutApprove,
        examples: [true],
      },
    },
    ['steps'],
  ),
};
