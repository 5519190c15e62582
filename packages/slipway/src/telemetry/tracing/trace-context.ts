/** What a caller says of the trace that its request is part of (W3C Trace Context). */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: the span of the caller. */
  readonly spanId: string;
  readonly isSampled: boolean;
  /** `tracestate` as it came; '' where it did not. */
  readonly state: string;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const stateCharsMax = 512;

/**
 * Reads `traceparent` and `tracestate`, or answers null where they are none: then a trace begins here. A version that is
 * not known yet is read as far as the first one goes, as the specification wants (3.2.4).
 */
export function readTraceContext(parent: string | undefined, state: string | undefined): TraceContext | null {
  const [, version = '', traceId = '', spanId = '', flags = '', more] = form.exec(parent ?? '') ?? [];
  if (version === '' || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1;
  const known = state !== undefined && state.length <= stateCharsMax ? state : '';
  return { traceId, spanId, isSampled, state: known };
}
