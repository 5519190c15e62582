import { expectation, type JsonSchema, type JsonType } from '../packages/core/src/launch/schema/json-schema.ts';

/** The reference page of the launch file: one table for each map of fields, in the order of the schema. */
export function launchReference(schema: JsonSchema): string {
  const sections: string[] = [];
  const scalars = Object.entries(schema.properties ?? {}).filter(([, field]) => !isBlock(field));
  sections.push(section('Top level', schema, Object.fromEntries(scalars), 2));
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (isBlock(field)) describeBlock(name, field, 2, sections, schema.required?.includes(name) ?? false);
  }
  return `${header}\n${sections.join('\n')}`;
}

const header = `<!-- Generated from the schema of the launch file by \`npm run generate\`. Do not edit. -->

# Launch file

\`launch.yaml\` is the one document that describes a launch: a model, its contract, and how it is deployed, watched and
rolled back. It is YAML 1.2. A field that is not listed here is an error, and every message names file, line and column.

Editors complete and check it with the published JSON Schema: put this line on top of the file.

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/@slipway/core/launch.schema.json
\`\`\`

Short forms: a **duration** is a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\` (\`200ms\`, \`26h\`); a **size** a number with \`B\`, \`kB\`,
\`MB\`, \`GB\` (powers of 1000) or \`KiB\`, \`MiB\`, \`GiB\` (powers of 1024); a **percentage** is written \`1%\` or as a number below 1;
a **rate** is a count for each \`s\`, \`m\` or \`h\` (\`100/s\`). Times of a schedule are UTC.

\`\${NAME}\` stands for an environment variable, in run blocks (\`batch\`, \`streaming\`) only. Secrets and addresses never stand
in a launch file. Rules between fields (a threshold names a score, a fallback answers every output, …) are checked too.
`;

function isBlock(field: JsonSchema): boolean {
  return field.type === 'object' || (field.oneOf ?? []).some((branch) => branch.properties !== undefined);
}

function describeBlock(path: string, field: JsonSchema, level: number, sections: string[], required: boolean): void {
  const ask = required ? ' Required.' : '';
  const about = `${field.description ?? ''}${ask}`;
  const each = typeof field.additionalProperties === 'object' ? field.additionalProperties : null;
  if (field.properties !== undefined) {
    sections.push(section(`\`${path}\``, { ...field, description: about }, field.properties, level));
    describeInside(path, field.properties, level, sections);
  } else if (each !== null && isBlock(each)) {
    sections.push(`${heading(`\`${path}\``, level)}${about}\n`);
    describeBlock(`${path}.<name>`, each, level + 1, sections, false);
  } else if (field.oneOf !== undefined) {
    sections.push(`${heading(`\`${path}\``, level)}${about}\n`);
    for (const branch of field.oneOf) {
      sections.push(section(`\`${path}\`: ${branch.title ?? ''}`, branch, branch.properties ?? {}, level + 1));
      describeInside(path, branch.properties ?? {}, level + 1, sections);
    }
  }
}

/** Maps inside maps, and lists of maps, get tables of their own below. */
function describeInside(
  path: string,
  fields: Readonly<Record<string, JsonSchema>>,
  level: number,
  sections: string[],
): void {
  for (const [name, field] of Object.entries(fields)) {
    if (field.properties !== undefined) describeBlock(`${path}.${name}`, field, level + 1, sections, false);
    else if (field.items !== undefined && isBlock(field.items)) {
      describeBlock(`${path}.${name}[]`, field.items, level + 1, sections, false);
    }
  }
}

function section(
  title: string,
  about: JsonSchema,
  fields: Readonly<Record<string, JsonSchema>>,
  level: number,
): string {
  const rows = Object.entries(fields).map(([name, field]) => row(name, field, about.required?.includes(name) ?? false));
  const table = ['| Field | Type | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
  return `${heading(title, level)}${about.description ?? ''}\n\n${table}\n`;
}

function heading(title: string, level: number): string {
  return `${'#'.repeat(level)} ${title}\n\n`;
}

function row(name: string, field: JsonSchema, required: boolean): string {
  const fallback = field.default === undefined ? (required ? '**required**' : '') : code(field.default);
  const example = field.examples?.[0];
  const shown = example === undefined || field.const !== undefined ? '' : ` Example: ${code(example)}`;
  return `| \`${name}\` | ${cell(typeWords(field))} | ${cell(fallback)} | ${cell(`${field.description ?? ''}${shown}`)} |`;
}

function typeWords(field: JsonSchema): string {
  if (field.const !== undefined) return code(field.const);
  if (field.enum !== undefined) return field.enum.map(code).join(', ');
  if (field.properties !== undefined) return 'map, see below';
  const words = expectation(field);
  if (words !== null && (field.oneOf !== undefined || field.pattern !== undefined)) return shortForm(words);
  if (field.oneOf !== undefined) return field.oneOf.map(typeWords).join(' or ');
  const types = typeof field.type === 'string' ? [field.type] : (field.type ?? []);
  return types.map((type) => oneType(type as JsonType, field)).join(' or ');
}

/** `a duration, a number with …` -> `a duration`: the page explains the short forms once, on top. */
function shortForm(message: string): string {
  return message.startsWith('reject') ? message : message.replace(/(, a|, three|: |; | such as| \(|, with).*$/, '');
}

function oneType(type: JsonType, field: JsonSchema): string {
  if (type === 'array') return listWords(field.items);
  if (type === 'object') return 'map';
  if (type === 'string') return 'text';
  return type;
}

function listWords(items: JsonSchema | undefined): string {
  if (items === undefined) return 'list';
  if (isBlock(items)) return 'list of maps, see below';
  return items.enum === undefined ? `list, each ${typeWords(items)}` : `list of ${typeWords(items)}`;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
