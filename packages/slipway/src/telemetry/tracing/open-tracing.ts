import { type Every, everyInterval } from '../../system/timers.ts';
import { otlpBody, type Span } from './otlp-json.ts';
import { samplerOf } from './sampler.ts';
import { createSpanExporter, type Sent, type SpanCounts } from './span-exporter.ts';
import { createTracer, type Tracer } from './tracer.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface TracingOptions {
  readonly env: Env;
  readonly version: string;
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
  readonly warn: (fields: object, message: string) => void;
  readonly every?: Every;
}

export interface Tracing {
  readonly tracer: Tracer;
  counts(): SpanCounts;
  close(): Promise<void>;
}

const sendMsMax = 5000;

/**
 * Traces as the variables of OpenTelemetry want them, sent as OTLP over HTTP in JSON; null where no endpoint is named, or
 * they say that there be none. What cannot be understood is told and passed over: a server does not fail for its traces.
 */
export function openTracing({
  env,
  version,
  wallMs,
  monotonicMs,
  warn,
  every = everyInterval,
}: TracingOptions): Tracing | null {
  const url = urlOf(env, warn);
  if (url === null) return null;
  const name = env.OTEL_TRACES_SAMPLER || undefined;
  const asked = samplerOf(name, env.OTEL_TRACES_SAMPLER_ARG || undefined);
  if (asked === null)
    warn({ sampler: name }, 'this sampler of traces is not known; parentbased_always_on is in its place');
  const sampler = asked ?? samplerOf();
  if (sampler === null) return null;
  const resource = { ...pairsOf(env.OTEL_RESOURCE_ATTRIBUTES), 'service.name': env.OTEL_SERVICE_NAME || 'slipway' };
  const headers = pairsOf(env.OTEL_EXPORTER_OTLP_TRACES_HEADERS || env.OTEL_EXPORTER_OTLP_HEADERS);
  const send = (spans: readonly Span[]) => post(url, headers, otlpBody(spans, resource, version));
  const onTrouble = (reason: string) => warn({ reason }, 'traces do not arrive; what is lost is counted');
  const everyMs = Number(env.OTEL_BSP_SCHEDULE_DELAY) || 5000;
  const exporter = createSpanExporter({ send, every, everyMs, onTrouble });
  const tracer = createTracer({ sampler, add: exporter.add, wallMs, monotonicMs });
  return { tracer, counts: exporter.counts, close: exporter.close };
}

function urlOf(env: Env, warn: TracingOptions['warn']): URL | null {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const text = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base ? `${base.replace(/\/$/, '')}/v1/traces` : '');
  if (text === '' || env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none')
    return null;
  if (env.OTEL_EXPORTER_OTLP_PROTOCOL === 'grpc') {
    warn({}, 'traces go by OTLP over HTTP; OTEL_EXPORTER_OTLP_PROTOCOL=grpc is passed over');
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    warn({}, 'the endpoint of traces is no http address; there are none');
    return null;
  }
  return url;
}

/** `name=value,name=value`, percent-encoded. */
function pairsOf(text = ''): Readonly<Record<string, string>> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Statuses after which the same may be sent again (OTLP 1, "Retryable Response Codes"). */
const laterStatuses = [429, 502, 503, 504];

async function post(url: URL, more: Readonly<Record<string, string>>, body: string): Promise<Sent> {
  try {
    const headers = { ...more, 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(sendMsMax) });
    await answer.arrayBuffer();
    if (answer.ok) return { kind: 'ok' };
    return { kind: laterStatuses.includes(answer.status) ? 'later' : 'refused', reason: `status ${answer.status}` };
  } catch (thrown) {
    return { kind: 'later', reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
