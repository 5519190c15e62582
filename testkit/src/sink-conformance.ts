import type { EventSink, PredictionEvent, PredictionEvents } from '@slipway/core';
import { describe, expect, test } from 'vitest';
import { someEvent } from './sink-events.ts';

export { someEvent };

export interface OpenSink {
  readonly sink: EventSink;
  /** The events that have arrived where the sink puts them, in order. */
  readonly arrived: () => Promise<readonly PredictionEvent[]>;
}

/** What every event sink must do. */
export function conformSink(name: string, open: () => Promise<OpenSink>): void {
  describe(`${name} as an event sink`, () => {
    test('after a flush every event has arrived, in order and unchanged', async () => {
      const { sink, arrived } = await open();
      const events = Array.from({ length: 500 }, (_, index) => someEvent(index));
      for (const event of events.slice(0, 200)) sink.write({ count: 1, event: () => event });
      sink.write({ count: 300, event: (index) => events[200 + index] as PredictionEvent });
      await sink.flush();
      expect(await arrived()).toEqual(events);
      await sink.close();
    });

    test('closing flushes', async () => {
      const { sink, arrived } = await open();
      sink.write({ count: 1, event: () => someEvent(1) });
      await sink.close();
      expect(await arrived()).toEqual([someEvent(1)]);
    });

    test('events are asked for before write returns, since the columns behind them are used again', async () => {
      const { sink, arrived } = await open();
      const behind = { value: 7 };
      sink.write({ count: 1, event: () => ({ ...someEvent(0), inputs: { value: behind.value } }) });
      behind.value = 8;
      await sink.flush();
      expect((await arrived())[0]?.inputs).toEqual({ value: 7 });
      await sink.close();
    });

    test('a batch without events writes nothing', async () => {
      const { sink, arrived } = await open();
      sink.write({ count: 0, event: neverAsked });
      await sink.flush();
      expect(await arrived()).toEqual([]);
      await sink.close();
    });

    test('an event that cannot be made costs neither the caller nor the events beside it', async () => {
      const { sink, arrived } = await open();
      const events: PredictionEvents = { count: 3, event: (index) => (index === 1 ? neverAsked() : someEvent(index)) };
      expect(() => sink.write(events)).not.toThrow();
      await sink.flush();
      expect(await arrived()).toEqual([someEvent(0), someEvent(2)]);
      await sink.close();
    });

    test('flushing twice, and without an event, is no trouble', async () => {
      const { sink, arrived } = await open();
      await Promise.all([sink.flush(), sink.flush()]);
      expect(await arrived()).toEqual([]);
      await sink.close();
    });
  });
}

function neverAsked(): never {
  throw new Error('This event cannot be made.');
}
