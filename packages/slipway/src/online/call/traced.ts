import { asSlipwayError, type SlipwayError } from '@slipway/core';
import type { FastifyRequest } from 'fastify';
import type { ServedModel } from '../models/model-slot.ts';
import type { CallTrace, Tracer } from '../ports.ts';
import { statusOf } from '../problem.ts';
import type { MeteredRoute } from '../respond.ts';
import type { Answered } from './answered.ts';

/** Begins the span of a request of HTTP; its attributes are those of OpenTelemetry's conventions for HTTP servers. */
export function beginTrace(
  tracer: Tracer,
  { method, path }: MeteredRoute,
  { raw, protocol }: FastifyRequest,
  arrivedMs: number,
): CallTrace {
  const { headers, socket, url = '' } = raw;
  const attributes = {
    'http.request.method': method,
    'http.route': path,
    'url.path': url.split('?', 1)[0] ?? '',
    'url.scheme': protocol,
    'network.protocol.version': raw.httpVersion,
    ...(socket.remoteAddress === undefined ? {} : { 'client.address': socket.remoteAddress }),
  };
  const { traceparent, tracestate } = headers;
  return tracer.begin({
    parent: textOf(traceparent),
    state: textOf(tracestate),
    name: `${method} ${path}`,
    arrivedMs,
    attributes,
  });
}

/** Begins the span of a call of gRPC. */
export function beginCallTrace(
  tracer: Tracer,
  { path }: MeteredRoute,
  header: (name: string) => string | null,
  arrivedMs: number,
): CallTrace {
  const [, service = '', method = ''] = path.split('/');
  return tracer.begin({
    parent: header('traceparent') ?? undefined,
    state: header('tracestate') ?? undefined,
    name: `${service}/${method}`,
    arrivedMs,
    attributes: { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method },
  });
}

/** Ends it, with what came of the request. */
export function endTrace(
  trace: CallTrace,
  served: ServedModel | null,
  answered: Answered | null,
  thrown: unknown,
  endMs: number,
  /** The status of an error in a protocol that has its own; that of HTTP where it is absent. */
  grpcStatus?: (error: SlipwayError) => number,
): void {
  const error = answered === null ? asSlipwayError(thrown) : null;
  const status = error === null ? 200 : statusOf(error);
  trace.end({
    endMs,
    isError: status >= 500,
    attributes: {
      ...(grpcStatus === undefined
        ? { 'http.response.status_code': status }
        : { 'rpc.grpc.status_code': error === null ? 0 : grpcStatus(error) }),
      ...(error === null ? {} : { 'error.type': error.code }),
      ...(served === null ? {} : { 'slipway.model': served.name, 'slipway.version': served.version }),
      ...(answered === null ? {} : { 'slipway.records': answered.records }),
      ...(answered?.fallback ? { 'slipway.fallback': answered.fallback.reason } : {}),
    },
  });
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
