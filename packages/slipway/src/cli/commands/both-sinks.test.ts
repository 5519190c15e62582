import type { EventSink } from '@slipway/core';
import { memorySink } from '@slipway/testkit';
import { someEvent } from '@slipway/testkit/sink-events';
import { describe, expect, test } from 'vitest';
import { bothSinks } from './both-sinks.ts';

const failure = new Error('no room');
const failing: EventSink = {
  write() {
    throw failure;
  },
  flush: () => Promise.reject(failure),
  close: () => Promise.reject(failure),
};
const three = { count: 3, event: someEvent };

describe('two sinks', () => {
  test('are given every event, and each event is made once, so that both hold the same id', () => {
    const [first, second] = [memorySink(), memorySink()];
    let drawn = 0;
    bothSinks(first, second)?.write({
      count: 3,
      event: (index) => ({ ...someEvent(index), id: `drawn-${drawn++}` }),
    });
    expect(first.events.map(({ id }) => id)).toEqual(['drawn-0', 'drawn-1', 'drawn-2']);
    expect(second.events).toEqual(first.events);
  });

  test('with a faster way to the text are given that too', () => {
    const texts: string[] = [];
    const reader: EventSink = { ...memorySink(), write: ({ text }) => texts.push(text?.(1) ?? 'none') };
    bothSinks(reader, reader)?.write({ ...three, text: (index) => `text ${index}` });
    expect(texts).toEqual(['text 1', 'text 1']);
  });

  test.each(['first', 'second'])('where the %s fails the other has every event, and the failure is told', (which) => {
    const other = memorySink();
    const both = which === 'first' ? bothSinks(failing, other) : bothSinks(other, failing);
    expect(() => both?.write(three)).toThrow(failure);
    expect(other.events).toEqual([someEvent(0), someEvent(1), someEvent(2)]);
  });

  test('where one cannot make an event the other is asked as well', () => {
    const [first, second] = [memorySink(), memorySink()];
    const event = (index: number) => {
      if (index === 1) throw failure;
      return someEvent(index);
    };
    bothSinks(first, second)?.write({ count: 3, event });
    for (const { events, faults } of [first, second]) {
      expect(events).toEqual([someEvent(0), someEvent(2)]);
      expect(faults).toEqual([failure]);
    }
  });

  test.each(['flush', 'close'] as const)('%s waits for both, also where one fails', async (end) => {
    let ended = false;
    const slow = async () => {
      await new Promise(setImmediate);
      ended = true;
    };
    const both = bothSinks(failing, { ...memorySink(), flush: slow, close: slow });
    await expect(both?.[end]()).rejects.toBe(failure);
    expect(ended).toBe(true);
  });
});

test('one sink stands for itself, and none is none', () => {
  const sink = memorySink();
  expect(bothSinks(sink, null)).toBe(sink);
  expect(bothSinks(null, sink)).toBe(sink);
  expect(bothSinks(null, null)).toBeNull();
});
