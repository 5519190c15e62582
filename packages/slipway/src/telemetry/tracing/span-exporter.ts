import type { Every } from '../../system/timers.ts';
import type { Span } from './otlp-json.ts';

export interface SpanCounts {
  readonly written: number;
  readonly dropped: number;
  readonly failed: number;
}

export interface SpanExporter {
  /** Takes a span; one too many is dropped and counted. */
  add(span: Span): void;
  counts(): SpanCounts;
  /** Sends what waits once more, and no longer than a request may take. */
  close(): Promise<void>;
}

export interface ExporterOptions {
  /** Sends a batch: whether it arrived, is to be sent again, or never will be taken. Does not raise. */
  readonly send: (spans: readonly Span[]) => Promise<Sent>;
  readonly every: Every;
  readonly everyMs: number;
  /** Told when the collector cannot be reached, once until it can be again. */
  readonly onTrouble: (reason: string) => void;
}

export type Sent = { readonly kind: 'ok' } | { readonly kind: 'later' | 'refused'; readonly reason: string };

const waitingMax = 2048;
const batchMax = 512;

/** Spans on their way to a collector. Nobody waits for it, and it holds so many at most. */
export function createSpanExporter({ send, every, everyMs, onTrouble }: ExporterOptions): SpanExporter {
  const counts = { written: 0, dropped: 0, failed: 0 };
  let waiting: Span[] = [];
  let sending: Promise<void> | null = null;
  let isTroubled = false;
  const stop = every(everyMs, () => void flush());

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      const sent = await send(batch);
      if (sent.kind === 'later') return trouble(sent.reason);
      waiting = waiting.slice(batch.length);
      if (sent.kind === 'ok') {
        counts.written += batch.length;
        isTroubled = false;
      } else {
        counts.failed += batch.length;
        trouble(sent.reason);
      }
    }
  }

  function trouble(reason: string): void {
    if (!isTroubled) onTrouble(reason);
    isTroubled = true;
  }

  function flush(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = null;
    });
    return sending;
  }

  return {
    add(span) {
      if (waiting.length >= waitingMax) {
        counts.dropped += 1;
        return;
      }
      waiting.push(span);
      // A collector in trouble is asked again at the next turn, and not by every span.
      if (waiting.length >= batchMax && !isTroubled) void flush();
    },
    counts: () => ({ ...counts }),
    async close() {
      stop();
      await sending;
      await flush();
      counts.dropped += waiting.length;
      waiting = [];
    },
  };
}
