import { Random } from '@slipway/testkit';
import { openModel } from 'slipway';

/** A record, and what each version must answer to it, to the last bit. */
export interface Question {
  readonly body: string;
  readonly record: Readonly<Record<string, number | string>>;
  readonly byVersion: ReadonlyMap<string, string>;
}

/** What of an answer depends on record and version alone. */
export function essence(answer: {
  readonly risk_score?: unknown;
  readonly needs_support?: unknown;
  readonly thresholds?: unknown;
}): string {
  return JSON.stringify([answer.risk_score, answer.needs_support, answer.thresholds]);
}

/** Asks the models themselves, without any server. `launches` are paths of the versions' launch files. */
export async function makeQuestions(launches: readonly string[], count: number): Promise<readonly Question[]> {
  const random = new Random(11);
  const models = await Promise.all(launches.map((path) => openModel(path)));
  const questions: Question[] = [];
  for (let index = 0; index < count; index++) {
    const record = {
      hours_studied: Math.round(random.next() * 400) / 10,
      quiz_score: Math.round(random.next() * 1000) / 10,
      learner_id: `L${index}`,
    };
    const byVersion = new Map<string, string>();
    for (const model of models) {
      const { outputs } = await model.predict(record);
      const thresholds = { needs_support: 0.7 };
      // As it is written in JSON: the shortest text that reads back the same float32.
      const score = Number(shortest(outputs.risk_score as number));
      byVersion.set(model.launch.version, essence({ ...outputs, risk_score: score, thresholds }));
    }
    questions.push({ record, byVersion, body: JSON.stringify(record) });
  }
  for (const model of models) await model.close();
  return questions;
}

function shortest(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(value);
}
