import type { SettingsSchema } from '@slipway/core';
import type { Setting, SettingType } from './setting.ts';
import { settingNames, settingOf } from './settings-table.ts';

/** The JSON Schema of slipway.config.yaml, for editors, and for the shape of what is read. */
export function settingsSchema(): SettingsSchema {
  const settings = fieldsOf('');
  const environment: SettingsSchema = {
    title: 'an environment',
    description: 'Settings that stand before those of the file.',
    ...block(settings),
  };
  return {
    title: 'settings file',
    description: 'Settings of a place where Slipway runs.',
    ...block({
      ...settings,
      environments: {
        title: 'Environments',
        description: 'Settings by environment; SLIPWAY_ENV says which is in force.',
        type: 'object',
        propertyNames: {
          pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
          errorMessage: 'Expected a name of letters, digits, _ and -',
        },
        additionalProperties: environment,
      },
    }),
  };
}

/** The settings whose keys begin with `prefix`, as fields. */
function fieldsOf(prefix: string): Readonly<Record<string, SettingsSchema>> {
  const fields: Record<string, SettingsSchema> = {};
  for (const name of settingNames) {
    const setting = settingOf(name);
    if (setting.key === null || !setting.key.startsWith(prefix)) continue;
    const [field = '', ...deeper] = setting.key.slice(prefix.length).split('.');
    fields[field] = deeper.length === 0 ? valueSchema(setting) : groupSchema(`${prefix}${field}`);
  }
  return fields;
}

function groupSchema(path: string): SettingsSchema {
  return { title: `Settings of ${path}`, description: `Settings of ${path}.`, ...block(fieldsOf(`${path}.`)) };
}

function block(properties: Readonly<Record<string, SettingsSchema>>): SettingsSchema {
  return { type: 'object', properties, required: [], additionalProperties: false };
}

/** Numbers and switches may also be texts, since a `${VARIABLE}` can stand for any value. */
function valueSchema({ type, description, choices, default: standard, secret }: Setting): SettingsSchema {
  const about = {
    description: secret === true ? `${description} Only as \${VARIABLE}.` : description,
    ...(standard === null ? {} : { default: standard }),
    ...(choices === undefined ? {} : { examples: choices }),
  };
  if (type === 'names') return { ...about, type: ['string', 'array'], items: { type: 'string' } };
  // A secret of another type would be shown by what refuses it; as it is, it is refused without being shown.
  if (secret === true) return { ...about, type: ['string', 'number', 'boolean'] };
  return { ...about, type: yamlTypes[type] ?? 'string' };
}

const yamlTypes: Readonly<Partial<Record<SettingType, SettingsSchema['type']>>> = {
  port: ['integer', 'string'],
  workers: ['integer', 'string'],
  count: ['integer', 'string'],
  share: ['number', 'string'],
  switch: ['boolean', 'string'],
};
