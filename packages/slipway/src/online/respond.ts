import type { SlipwayError } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cors } from './cors.ts';
import type { OnlineLog } from './ports.ts';
import { issuesOf, problemOf, statusOf } from './problem.ts';
import { requestIdHeader } from './request-id.ts';
import type { ServerState } from './server-state.ts';

/** A route as metrics and log name it. */
export interface MeteredRoute {
  readonly method: string;
  /** The pattern, so that a label has few values; `unmatched` where no route was found. */
  readonly path: string;
  /** Counts one request by its status. */
  readonly count: (status: number) => void;
  /** Names the route in every line, so that it is written once and not for every request. */
  readonly log: OnlineLog;
  /** Probes and scrapes come every few seconds and say nothing new, so they are logged for debugging only. */
  readonly level: 'info' | 'debug';
}

export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What respond needs of the server. */
export interface Responding {
  readonly state: ServerState;
  /** Headers of every answer. */
  readonly standing: Readonly<Record<string, string>>;
  readonly cors: Cors | null;
}

const jsonType = 'application/json; charset=utf-8';
const issuesLoggedMax = 20;

/** The one place where an answer leaves: headers and count cannot be forgotten, and a caller owes the line. */
export function respond(
  { state, standing, cors }: Responding,
  route: MeteredRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body, headers }: Answer,
): void {
  if (status !== 200) reply.code(status);
  reply.headers(standing);
  reply.header('content-type', jsonType);
  reply.header(requestIdHeader, request.id);
  if (state.draining) reply.header('connection', 'close');
  if (headers !== undefined) reply.headers(headers);
  const shared = cors === null ? null : cors.headersOf(request);
  if (shared !== null) reply.headers(shared);
  reply.send(body);
  route.count(status);
}

export interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** What the line of the log says besides. */
  readonly facts?: object;
  /** Where a protocol writes errors in a form of its own. */
  readonly body?: string | Buffer | undefined;
}

/** An answer that is an error. Values of a record stay out of the log; which rule of which field broke does not. */
export function respondProblem(
  context: Responding,
  route: MeteredRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  error: SlipwayError,
  { headers = {}, facts = {}, body = JSON.stringify({ error: problemOf(error, request.id) }) }: ProblemOptions = {},
): void {
  const status = statusOf(error);
  const retry = status === 503 || status === 429 ? { 'retry-after': retryAfter(error) } : {};
  // Demanded by RFC 9110.
  const wanted = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  const issues = issuesOf(error).slice(0, issuesLoggedMax);
  const line = {
    request: request.id,
    status,
    ...facts,
    code: error.code,
    ...(issues.length === 0 ? {} : { issues: issues.map(({ field, rule }) => `${field}: ${rule}`) }),
    ...(isOurFault(status) ? { err: error } : {}),
  };
  respond(context, route, request, reply, { status, body, headers: { ...retry, ...wanted, ...headers } });
  route.log[isOurFault(status) ? 'error' : route.level](line, 'answered');
}

/** 503 is the server as it should be: it says when it cannot answer. */
function isOurFault(status: number): boolean {
  return status >= 500 && status !== 503;
}

/** In whole seconds. Another replica may answer at once; one that stops never will again. */
function retryAfter({ details }: SlipwayError): string {
  const { retryAfterMs = 1000 } = (details ?? {}) as { readonly retryAfterMs?: number };
  return String(Math.min(retryAfterSMax, Math.max(1, Math.ceil(retryAfterMs / 1000))));
}

const retryAfterSMax = 60;
