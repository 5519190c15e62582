import { fail } from '@slipway/core';

/** In milliseconds: how long the caller will wait. It can only shorten what the launch file allows. */
export const timeoutHeader = 'x-slipway-timeout-ms';

/** When a request must be answered, on the monotonic clock. Raises HEADER_INVALID. */
export function deadlineOf(arrivedMs: number, allowedMs: number, header: string | string[] | undefined): number {
  if (header === undefined) return arrivedMs + allowedMs;
  const wantedMs = typeof header === 'string' && /^\d{1,9}(\.\d{1,6})?$/.test(header) ? Number(header) : 0;
  if (!(wantedMs > 0)) {
    throw fail('HEADER_INVALID', {
      message: `${timeoutHeader} is ${JSON.stringify(String(header).slice(0, 60))}; it must be a number of milliseconds above 0.`,
    });
  }
  return arrivedMs + Math.min(allowedMs, wantedMs);
}
