import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { serverLimits } from './limits.ts';

export const requestIdHeader = 'x-request-id';

/** Visible ASCII, so that it can stand in a header, a log line and a shell; bounded, since it is echoed and logged. */
const acceptable = new RegExp(`^[\\x21-\\x7e]{1,${serverLimits.requestIdChars}}$`);

/**
 * The id of a request: the caller's own where it is fit to be echoed, else a new one. New ids count up behind a random
 * prefix for each process: unique, short, and in the order of arrival.
 */
export function requestIds(): (request: IncomingMessage) => string {
  const prefix = randomBytes(5).toString('hex');
  let count = 0;
  return (request) => {
    const given = request.headers[requestIdHeader];
    if (typeof given === 'string' && acceptable.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}
