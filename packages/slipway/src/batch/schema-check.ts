import { demandOf, type Feature, fail, type InputContract, nearest } from '@slipway/core';

/** A column of an input as the check sees it: its name and its DuckDB type. */
export interface SchemaColumn {
  readonly name: string;
  readonly type: string;
}

export interface SchemaRequest {
  /** Path of the input, for messages. */
  readonly file: string;
  readonly contract: InputContract;
  readonly columns: readonly SchemaColumn[];
}

const numberTypes =
  /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

/**
 * Checks the columns of an input against the contract before any row is read. Further columns pass through.
 * Raises INPUT_SCHEMA with every trouble at once.
 */
export function checkColumns({ file, contract, columns }: SchemaRequest): void {
  const types = new Map(columns.map((column) => [column.name, column.type]));
  const missing = contract.features.filter((feature) => !types.has(feature.name));
  const names = [...types.keys()];
  const troubles = [
    ...missing.map((feature) => missingText(feature, names)),
    ...contract.features.flatMap((feature) => typeTrouble(feature, types.get(feature.name))),
  ];
  if (troubles.length === 0) return;
  throw fail('INPUT_SCHEMA', {
    message: troubles.join(' · '),
    where: file,
    hint: missing.length > 0 ? missingHint(names) : 'Cast the columns where the file is made.',
    details: { missing: missing.map((feature) => feature.name), columns: names },
  });
}

/** Raises INPUT_SCHEMA where the model would write a column that the input has already. */
export function checkOutputNames(file: string, outputs: readonly string[], columns: readonly string[]): void {
  // DuckDB, and most that read what it writes, take names that differ in case for one.
  const taken = new Map(columns.map((name) => [name.toLowerCase(), name]));
  const clashes = outputs.flatMap((name) => taken.get(name.toLowerCase()) ?? []);
  if (clashes.length === 0) return;
  throw fail('INPUT_SCHEMA', {
    message: `The input has ${listed(clashes)} already, which the model would write.`,
    where: file,
    hint: 'Score the original file, or rename or remove the column in the input.',
    details: { clashes },
  });
}

function missingText(feature: Feature, names: readonly string[]): string {
  const meant = nearest(feature.name, names);
  const suggestion = meant === null ? '' : `; did you mean ${JSON.stringify(meant)}?`;
  return `The column ${JSON.stringify(feature.name)} is missing${suggestion}`;
}

function missingHint(names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined && /[;\t|]/.test(only)) {
    return 'The header is one column: fields must be separated by commas.';
  }
  return `The columns of the file are ${listed(names)}.`;
}

function typeTrouble(feature: Feature, type: string | undefined): string[] {
  if (type === undefined || fits(feature, type)) return [];
  return [`The column ${JSON.stringify(feature.name)} is of type ${type}; it must be ${demandOf(feature)}`];
}

function fits(feature: Feature, type: string): boolean {
  // A text column of a CSV file is looked at value by value.
  if (type === 'TEXT') return true;
  switch (feature.type) {
    case 'number':
    case 'integer':
      return numberTypes.test(type);
    case 'boolean':
      return type === 'BOOLEAN';
    case 'string':
      return type === 'VARCHAR' || type.startsWith('ENUM(');
    case 'array':
      return type.endsWith(']');
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => JSON.stringify(name));
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}
