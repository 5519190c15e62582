import { Random } from '@slipway/testkit';
import { essence, type Question } from './expected-answers.ts';
import { HttpConnection, post } from './http-connection.ts';
import type { Tally } from './tally.ts';

export interface CallersOptions {
  readonly port: number;
  readonly questions: readonly Question[];
  readonly tally: Tally;
  /** The header of the key that is good now. */
  readonly headers: () => Readonly<Record<string, string>>;
}

const connectionsMax = 256;
const latenciesMax = 2_000_000;

/** Callers that check every answer against the version that it names. */
export class Callers {
  readonly #options: CallersOptions;
  readonly #idle: HttpConnection[] = [];
  readonly #random = new Random(12);
  readonly latenciesMs: number[] = [];
  readonly versions: Record<string, number> = {};
  #asking = 0;
  /** Requests that were due when as many waited as may. */
  notAsked = 0;
  answered = 0;

  constructor(options: CallersOptions) {
    this.#options = options;
  }

  /** As fast as some callers go, for a while: answers a second. */
  async measureCapacity(callers: number, seconds: number): Promise<number> {
    const endMs = performance.now() + seconds * 1000;
    const before = this.answered;
    const one = async () => {
      while (performance.now() < endMs) await this.#ask(performance.now());
    };
    await Promise.all(Array.from({ length: callers }, one));
    return (this.answered - before) / seconds;
  }

  /** Asks at random moments of a rate until `isOver`. */
  async askAtRate(perSecond: number, isOver: () => boolean): Promise<void> {
    let dueMs = performance.now();
    while (!isOver()) {
      for (
        const nowMs = performance.now();
        dueMs <= nowMs;
        dueMs += (-Math.log(1 - this.#random.next()) * 1000) / perSecond
      ) {
        if (this.#asking < connectionsMax) void this.#ask(dueMs);
        else this.notAsked += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    while (this.#asking > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  async #ask(dueMs: number): Promise<void> {
    const { port, questions, headers } = this.#options;
    this.#asking += 1;
    const question = this.#random.pick(questions);
    let connection = this.#idle.pop();
    while (connection?.isClosed) connection = this.#idle.pop();
    connection ??= new HttpConnection(port);
    const answer = await connection.ask(post('/predict', question.body, headers()));
    const nowMs = performance.now();
    this.#asking -= 1;
    if (!connection.isClosed) this.#idle.push(connection);
    if (answer === null) this.#options.tally.trouble('cut', dueMs, nowMs, '');
    else if (answer.status !== 200) this.#options.tally.trouble(String(answer.status), dueMs, nowMs, answer.body);
    else this.#check(question, answer.body, dueMs, nowMs);
  }

  #check(question: Question, body: string, dueMs: number, nowMs: number): void {
    const { tally } = this.#options;
    const answer = JSON.parse(body);
    if (answer.fallback !== undefined) {
      const isAsWritten = answer.risk_score === null && answer.needs_support === null;
      if (isAsWritten) tally.trouble(`fallback (${answer.fallback.reason})`, dueMs, nowMs, body);
      else tally.wrongAnswer(nowMs, body);
      return;
    }
    this.answered += 1;
    if (this.latenciesMs.length < latenciesMax) this.latenciesMs.push(nowMs - dueMs);
    if (question.byVersion.get(answer.version) !== essence(answer))
      tally.wrongAnswer(nowMs, `${question.body} -> ${body}`);
    this.versions[answer.version] = (this.versions[answer.version] ?? 0) + 1;
  }
}
