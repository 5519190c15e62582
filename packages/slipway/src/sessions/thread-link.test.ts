import { afterEach, describe, expect, test } from 'vitest';
import { ThreadLink } from './thread-link.ts';

const worker = new URL('./fixtures/answering-worker.ts', import.meta.url);
const opened: ThreadLink[] = [];

async function link(setup = 'serve', answerMsMax = 20_000, heapMegabytesMax?: number): Promise<ThreadLink> {
  const limits = heapMegabytesMax === undefined ? {} : { heapMegabytesMax };
  const made = await ThreadLink.open({ worker, setup, answerMsMax, ...limits });
  opened.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((made) => made.close()));
});

function asked(given: ThreadLink, question: string): unknown {
  given.ask(question);
  return given.receive();
}

const stopped = (reason: string) =>
  expect.objectContaining({ code: 'SESSION_STOPPED', message: expect.stringContaining(reason) });

describe('a thread that is asked', () => {
  test('answers without a turn of the event loop, question after question', async () => {
    const given = await link();
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    const answers = Array.from({ length: 50 }, (_, index) => asked(given, `q${index}`));
    expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => `q${index}!`));
    expect(turned).toBe(false);
  });

  test('answers at once after opening, however often it is opened', async () => {
    for (let round = 0; round < 8; round++) expect(asked(await link(), 'first')).toBe('first!');
  });

  test('hands on what it raises, and answers the next question', async () => {
    const given = await link();
    expect(() => asked(given, 'fail')).toThrow('asked to fail');
    expect(asked(given, 'again')).toBe('again!');
  });
});

describe('a thread that cannot open', () => {
  test('hands on why', async () => {
    await expect(link('refuse')).rejects.toThrow('no model here');
  });

  test('or ends in an error when it dies over it', async () => {
    await expect(link('crash')).rejects.toThrow(stopped('before it was ready'));
  });
});

describe('a thread that is lost', () => {
  test.each([
    ['ends', 'exit'],
    ['is ended by an error outside of any answer', 'crash later'],
  ])('because it %s is an error, then and later', async (_, question) => {
    const given = await link();
    expect(() => asked(given, question)).toThrow(stopped('ended before it answered'));
    expect(() => asked(given, 'anyone?')).toThrow(stopped('ended before it answered'));
  });

  test('because it ran out of memory is an error: nothing of it is left to say so', async () => {
    const given = await link('serve', 60_000, 16);
    expect(() => asked(given, 'memory')).toThrow(stopped('ended before it answered'));
  });

  test.each(['never', 'spin'])('because it gives no answer in time is an error (%s)', async (question) => {
    const given = await link('serve', 150);
    expect(() => asked(given, question)).toThrow(stopped('did not answer within 150 ms'));
    expect(() => asked(given, 'anyone?')).toThrow(stopped('did not answer within 150 ms'));
  });

  test('while nobody asks is an error on the next question', async () => {
    const given = await link();
    await given.close();
    expect(() => given.ask('anyone?')).toThrow(stopped('It was closed'));
  });
});
