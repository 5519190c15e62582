import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Far beyond the deadline of any request. */
const patienceMs = 10_000;

/** One connection that asks one request at a time, without a library in between: what a fault does to it is seen. */
export class HttpConnection {
  readonly #socket: Socket;
  #text = '';
  #waiting: ((answer: HttpAnswer | null) => void) | null = null;
  #isClosed = false;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (chunk: string) => {
      this.#text += chunk;
      const answer = wholeAnswer(this.#text);
      if (answer === null) return;
      this.#text = '';
      this.#end(answer);
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#end(null);
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Null where the connection was cut before the answer was there; status 0 where nothing came at all. */
  ask(request: string): Promise<HttpAnswer | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => {
        this.#end({ status: 0, body: `no answer within ${patienceMs} ms` });
        this.close();
      }, patienceMs);
      this.#waiting = (answer) => {
        clearTimeout(giveUp);
        resolve(answer);
      };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #end(answer: HttpAnswer | null): void {
    const told = this.#waiting;
    this.#waiting = null;
    told?.(answer);
  }
}

/** Bodies here are ASCII: a character is a byte. */
function wholeAnswer(text: string): HttpAnswer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [, bytes = '0'] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end)) ?? [];
  const body = text.slice(end + 4);
  return body.length < Number(bytes) ? null : { status: Number(text.slice(9, 12)), body };
}

export function post(path: string, body: string, headers: Readonly<Record<string, string>>): string {
  const all = { host: 'soak', 'content-type': 'application/json', 'content-length': String(body.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
