import type { EventSink } from '@slipway/core';

/** One sink for those that are asked for; null where none is. Closing them is left to who opened them. */
export function bothSinks(first: EventSink | null, second: EventSink | null): EventSink | null {
  if (first === null || second === null) return first ?? second;
  const all = async (end: (sink: EventSink) => Promise<void>) => {
    await Promise.all([end(first), end(second)]);
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
      first.write(shared);
      second.write(shared);
    },
    flush: () => all((sink) => sink.flush()),
    close: () => all((sink) => sink.close()),
  };
}
