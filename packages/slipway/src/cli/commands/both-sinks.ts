import type { EventSink } from '@slipway/core';

/**
 * One sink for those that are asked for; null where none is. What one of them raises reaches the caller after the
 * other has had its turn.
 */
export function bothSinks(first: EventSink | null, second: EventSink | null): EventSink | null {
  if (first === null || second === null) return first ?? second;
  const all = async (end: (sink: EventSink) => Promise<void>) => {
    const ends = await Promise.allSettled([end(first), end(second)]);
    for (const ended of ends) if (ended.status === 'rejected') throw ended.reason;
  };
  return {
    write(events) {
      // An event is made once: its id is drawn when it is.
      const made = new Map<number, ReturnType<typeof events.event>>();
      const event = (index: number) => {
        const known = made.get(index) ?? events.event(index);
        made.set(index, known);
        return known;
      };
      const shared = events.text === undefined ? { count: events.count, event } : events;
      try {
        first.write(shared);
      } finally {
        second.write(shared);
      }
    },
    flush: () => all((sink) => sink.flush()),
    close: () => all((sink) => sink.close()),
  };
}
