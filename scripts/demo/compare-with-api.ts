import type { ScoredRecord } from './read-records.ts';

export interface Comparison {
  readonly compared: number;
  /** A line for each row whose score or decision is not the same. */
  readonly different: readonly string[];
}

const recordsOfRequest = 1000;

/** Asks the API for all records, many in a request, and compares each answer with the file. */
export async function compareWithApi(
  url: string,
  records: readonly ScoredRecord[],
  signal: AbortSignal,
): Promise<Comparison> {
  const different: string[] = [];
  for (let start = 0; start < records.length; start += recordsOfRequest) {
    const part = records.slice(start, start + recordsOfRequest);
    const answers = await predictMany(url, part, signal);
    if (answers.length !== part.length) throw new Error(`${part.length} records got ${answers.length} answers`);
    part.forEach((record, index) => {
      if (!isSame(record, answers[index])) {
        const file = `${record.risk_score}, ${record.needs_support}`;
        different.push(`row ${start + index + 1}: ${file} in the file, ${JSON.stringify(answers[index])} live`);
      }
    });
  }
  return { compared: records.length, different };
}

type Answer = Readonly<Record<string, unknown>>;

async function predictMany(url: string, records: readonly ScoredRecord[], signal: AbortSignal): Promise<Answer[]> {
  const body = `{"records": [${records.map((record) => record.json).join(', ')}]}`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/predict`, { method: 'POST', headers, body, signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}: ${await response.text()}`);
  const { predictions } = (await response.json()) as { predictions: Answer[] };
  return predictions;
}

/** The same double, bit for bit, and the same decision. A field that is missing on either side is a difference. */
function isSame(record: ScoredRecord, answer: Answer): boolean {
  if (record.risk_score === '' || typeof answer.risk_score !== 'number') return false;
  return (
    Object.is(Number(record.risk_score), answer.risk_score) && record.needs_support === String(answer.needs_support)
  );
}
