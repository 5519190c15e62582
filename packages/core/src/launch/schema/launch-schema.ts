import { fallbackFields } from './fallback.ts';
import { identityFields } from './identity.ts';
import { inputFields } from './input.ts';
import type { JsonSchema } from './json-schema.ts';
import { monitoringFields } from './monitoring.ts';
import { outputFields } from './output.ts';
import { patternFields } from './patterns.ts';
import { rolloutFields } from './rollout.ts';
import { sloFields } from './slo.ts';

/**
 * The schema of the launch file, the one source of what it may hold: validation, editors, the raw type and the
 * reference page all come from it. Draft-07, since that is the edition that YAML editors complete best.
 */
export const launchSchema: JsonSchema & { readonly $schema: string; readonly $id: string } = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:slipway:launch:1',
  title: 'Slipway launch file',
  description: 'One model, its contract and how it is deployed, watched, rolled out and rolled back.',
  type: 'object',
  properties: {
    ...identityFields,
    ...inputFields,
    ...outputFields,
    ...fallbackFields,
    ...sloFields,
    ...monitoringFields,
    ...rolloutFields,
    ...patternFields,
  },
  required: ['slipway', 'model', 'version', 'artifact', 'input', 'output'],
  additionalProperties: false,
};
