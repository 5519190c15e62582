import { relativePath, semanticVersion } from './forms.ts';
import { block, type JsonSchema, oneWordOf, prose } from './json-schema.ts';

/** What the launch is: format, model, version, artifact, owner, and the pattern with its reason. */
export const identityFields: Readonly<Record<string, JsonSchema>> = {
  slipway: {
    title: 'Format version',
    description: 'The version of the launch file format. This Slipway reads format 1.',
    const: 1,
    examples: [1],
  },
  model: {
    title: 'Model name',
    description:
      'The name of the model, the same for all its versions. It stands in URLs, metrics and the registry, so it is short and in lower case.',
    type: 'string',
    maxLength: 64,
    pattern: '^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$',
    errorMessage: 'Expected a model name: lower-case letters, digits, and - _ . between them, at most 64',
    examples: ['learner-risk'],
  },
  version: semanticVersion({
    title: 'Model version (fact 1)',
    description:
      'The version of the model and of this file, by Semantic Versioning. A version is immutable: any change of the launch file or the artifact is a new version.',
    examples: ['1.0.0', '1.1.0-rc.1'],
  }),
  artifact: relativePath({
    title: 'Artifact',
    description: 'The model file in ONNX format, as a path relative to this file.',
    examples: ['model.onnx'],
  }),
  digest: {
    title: 'Digest of the artifact',
    description:
      'SHA-256 of the artifact. Where it is given, Slipway refuses any other file; where it is absent, the registry adds it.',
    type: 'string',
    pattern: '^sha256:[0-9a-f]{64}$',
    errorMessage: 'Expected a digest: sha256: and 64 lower-case hexadecimal digits',
    examples: [`sha256:${'0123456789abcdef'.repeat(4)}`],
  },
  golden: relativePath({
    title: 'Golden rows',
    description:
      'Records with the outputs that the model must give for them, as a path relative to this file. Checked each time the model is loaded.',
    examples: ['golden.json'],
  }),
  owner: block(
    {
      title: 'Owner (fact 8)',
      description: 'Who answers for this model when it misbehaves.',
      examples: [{ team: 'Learner Success', contact: 'learner-success@example.org' }],
    },
    {
      team: prose({ title: 'Team', description: 'The team that owns the model.', examples: ['Learner Success'] }, 200),
      contact: prose(
        {
          title: 'Contact',
          description: 'How to reach the team: an e-mail address, a channel, a pager.',
          examples: ['learner-success@example.org'],
        },
        200,
      ),
      runbook: {
        title: 'Runbook',
        description: 'The page to open when the model misbehaves.',
        type: 'string',
        maxLength: 1000,
        pattern: '^(https?://[^\\s]+|(?![A-Za-z][A-Za-z0-9+.-]*://)[^\\s]+)$',
        errorMessage: 'Expected an http(s) address or a path without blanks',
        examples: ['https://example.org/runbook'],
      },
    },
    ['team', 'contact'],
  ),
  pattern: oneWordOf(
    {
      title: 'Deployment pattern (fact 2)',
      description:
        'How the model is deployed first of all: batch scores files and tables, online answers requests, streaming scores events as they arrive, embedded runs on the device. Choose the simplest that satisfies the need; the file may configure others too.',
      examples: ['online'],
    },
    ['batch', 'online', 'streaming', 'embedded'],
  ),
  why: prose({
    title: 'Why this pattern (fact 2)',
    description: 'Why this pattern, and not a simpler one, satisfies the need.',
    examples: ["A mentor opens the learner's page and waits for the score."],
  }),
};
