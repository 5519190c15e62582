/** A span that has ended. Times are milliseconds since 1970, with fractions. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly state: string;
  readonly name: string;
  readonly kind: 'internal' | 'server';
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** Whether it ended as an error of ours. */
  readonly isError: boolean;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** The body of an export: `ExportTraceServiceRequest` of OTLP 1, in its JSON form. */
export function otlpBody(spans: readonly Span[], resource: Attributes, version: string): string {
  const scope = { name: 'slipway', version };
  const scopeSpans = [{ scope, spans: spans.map(spanOf) }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans }] });
}

function spanOf({ kind, startMs, endMs, attributes, isError, state, parentSpanId, ...rest }: Span): object {
  return {
    ...rest,
    ...(parentSpanId === '' ? {} : { parentSpanId }),
    ...(state === '' ? {} : { traceState: state }),
    kind: kind === 'server' ? 2 : 1,
    startTimeUnixNano: nanoText(startMs),
    endTimeUnixNano: nanoText(endMs),
    attributes: attributesOf(attributes),
    status: isError ? { code: 2 } : {},
  };
}

/** To the microsecond: the whole number has more digits than a double. */
function nanoText(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}

function attributesOf(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
