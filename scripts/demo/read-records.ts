import { readFile } from 'node:fs/promises';

/** A scored row: the record as JSON text for the API, and what the file says of it. */
export interface ScoredRecord {
  readonly json: string;
  readonly risk_score: string;
  readonly needs_support: string;
}

const numeric = ['hours_studied', 'quiz_score'];
const texts = ['learner_id', 'cohort', 'mentor_id'];

/** Reads the scored file. The text of a number goes into the request as it stands, so that nothing is rounded here. */
export async function readRecords(path: string): Promise<ScoredRecord[]> {
  const [header, ...rows] = parseCsv(await readFile(path, 'utf8'));
  const at = (name: string) => header.indexOf(name);
  return rows.map((row) => {
    const fields = [
      ...texts.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(row[at(name)])}`),
      ...numeric.map((name) => `${JSON.stringify(name)}: ${row[at(name)]}`),
    ];
    const [risk_score, needs_support] = [row[at('risk_score')], row[at('needs_support')]];
    return { json: `{${fields.join(', ')}}`, risk_score, needs_support };
  });
}

/** The records of a CSV text (RFC 4180), each a list of fields. */
export function parseCsv(text: string): string[][] {
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r\n|\r|\n|$)/y;
  const records: string[][] = [];
  let record: string[] = [];
  do {
    const start = field.lastIndex;
    const found = field.exec(text);
    if (found === null) throw new Error(`no CSV at character ${start}`);
    record.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
    if (found[3] === ',') continue;
    records.push(record);
    record = [];
  } while (field.lastIndex < text.length || record.length > 0);
  return records;
}
