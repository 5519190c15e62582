import type { Database } from '../database/database.ts';

/**
 * Triggers that let a table only grow. They stop a mistake and a hasty hand; who may drop triggers can still write, and
 * is found by the hash chain.
 */
export function appendOnly(table: string, key: string, dialect: Database['dialect']): readonly string[] {
  const refusal = `${table} only grows: its rows are neither changed nor deleted`;
  if (dialect === 'sqlite') {
    const same = key
      .split(', ')
      .map((column) => `${column} = NEW.${column}`)
      .join(' AND ');
    return [
      ...['UPDATE', 'DELETE'].map(
        (event) =>
          `CREATE TRIGGER ${table}_no_${event.toLowerCase()} BEFORE ${event} ON ${table} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
      ),
      // INSERT OR REPLACE would delete a row without asking the trigger above.
      `CREATE TRIGGER ${table}_no_replace BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${same})
       BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
    ];
  }
  return [
    raising(`${table}_refuse`, refusal),
    `CREATE TRIGGER ${table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION ${table}_refuse()`,
  ];
}

/** The head of the log moves by one entry at a time, and never goes. */
export function onlyForward(table: string, dialect: Database['dialect']): readonly string[] {
  const refusal = `${table} only moves forward, one entry at a time`;
  const wrong = 'NEW.sequence <> OLD.sequence + 1';
  if (dialect === 'sqlite') {
    return [
      `CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
      `CREATE TRIGGER ${table}_forward BEFORE UPDATE ON ${table} WHEN ${wrong} BEGIN SELECT RAISE(ABORT, '${refusal}'); END`,
    ];
  }
  return [
    raising(`${table}_refuse`, refusal),
    `CREATE TRIGGER ${table}_no_delete BEFORE DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION ${table}_refuse()`,
    `CREATE TRIGGER ${table}_forward BEFORE UPDATE ON ${table} FOR EACH ROW WHEN (${wrong}) EXECUTE FUNCTION ${table}_refuse()`,
  ];
}

function raising(name: string, refusal: string): string {
  return `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '${refusal}'; END $$`;
}
