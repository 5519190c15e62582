import type { JsonSchema, JsonType } from '../packages/core/src/launch/schema/json-schema.ts';

/** Prints the TypeScript types of a launch file as users write it. Each map of fields gets an interface of its own. */
export function launchTypes(schema: JsonSchema): string {
  const declarations = new Map<string, string>();
  declarations.set('LaunchFile', interfaceText('LaunchFile', schema, declarations));
  const header = '// Generated from the schema of the launch file by `npm run generate`. Do not edit.\n';
  return `${header}\n${[...declarations.values()].reverse().join('\n')}`;
}

function interfaceText(name: string, schema: JsonSchema, declarations: Map<string, string>): string {
  const lines = Object.entries(schema.properties ?? {}).map(([field, rule]) => {
    const mark = schema.required?.includes(field) ? '' : '?';
    return `${comment(rule, '  ')}  readonly ${field}${mark}: ${typeText(rule, declarations)};\n`;
  });
  return `${comment(schema, '')}export interface ${name} {\n${lines.join('')}}\n`;
}

function typeText(schema: JsonSchema, declarations: Map<string, string>): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(' | ');
  if (schema.oneOf !== undefined) return alternatives(schema, schema.oneOf, declarations);
  if (schema.properties !== undefined) {
    const name = typeName(schema);
    if (!declarations.has(name)) declarations.set(name, interfaceText(name, schema, declarations));
    return name;
  }
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.map((type) => plainType(type as JsonType, schema, declarations)).join(' | ');
}

function alternatives(schema: JsonSchema, branches: readonly JsonSchema[], declarations: Map<string, string>): string {
  const union = [...new Set(branches.map((branch) => typeText(branch, declarations)))].join(' | ');
  if (!branches.every((branch) => branch.properties !== undefined)) return union;
  const name = typeName(schema);
  declarations.set(name, `${comment(schema, '')}export type ${name} = ${union};\n`);
  return name;
}

function plainType(type: JsonType, schema: JsonSchema, declarations: Map<string, string>): string {
  if (type === 'array') {
    const item = schema.items === undefined ? 'unknown' : typeText(schema.items, declarations);
    return item.includes('|') ? `readonly (${item})[]` : `readonly ${item}[]`;
  }
  if (type === 'object') {
    const { additionalProperties } = schema;
    const value = additionalProperties ? typeText(additionalProperties, declarations) : 'never';
    return `Readonly<Record<string, ${value}>>`;
  }
  return type === 'integer' ? 'number' : type;
}

/** `Owner (fact 8)` names `RawOwner`: the form before defaults and units are applied. */
function typeName(schema: JsonSchema): string {
  const words = (schema.title ?? '').replace(/\(.*\)/, '').match(/[A-Za-z]+/g);
  if (words === null) throw new Error('A map of fields in the schema has no title to name its type by.');
  return `Raw${words.map((word) => word[0].toUpperCase() + word.slice(1)).join('')}`;
}

function comment(schema: JsonSchema, indent: string): string {
  return schema.description === undefined ? '' : `${indent}/** ${schema.description} */\n`;
}
