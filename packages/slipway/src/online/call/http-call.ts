import { asSlipwayError, fail, isPromise, type SlipwayError } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PlaceLimits } from '../../settings/limits-table.ts';
import type { Arriving, BodyDeadlines } from '../body-deadlines.ts';
import { callerGone, onceGone } from '../caller-gone.ts';
import { serverLimits } from '../limits.ts';
import type { ModelRepository } from '../models/model-repository.ts';
import { askedFor, enter, leave, type ServedModel } from '../models/model-slot.ts';
import type { Access, Caller, CallTrace, Tracer } from '../ports.ts';
import { discardBody, receiveBody, type StopBody } from '../receive-body.ts';
import { type MeteredRoute, type Responding, respond, respondProblem } from '../respond.ts';
import { draining } from '../server-state.ts';
import { measure } from './answered.ts';
import { logCause } from './cause-log.ts';
import { deadlineOf, timeoutHeader } from './deadline.ts';
import type { CallLimits, HttpAnswer, HttpFormat } from './format.ts';
import { lineFacts } from './line-facts.ts';
import { beginTrace, endTrace } from './traced.ts';

export interface CallContext extends Responding {
  readonly repository: ModelRepository;
  readonly access: Access;
  /** Null or absent where nobody traces. */
  readonly tracer?: Tracer | null;
  readonly monotonicMs: () => number;
  readonly limits: PlaceLimits;
  /** The longest that any request may take. */
  readonly deadlineMs: number;
  readonly bodies: BodyDeadlines;
}

/** Answers requests to a model that are written in a format. */
export function modelRoute(context: CallContext, route: MeteredRoute, format: HttpFormat) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    new HttpCall(context, route, format, request, reply).begin();
  };
}

interface ModelParams {
  readonly model?: string;
  readonly version?: string;
}

/**
 * One request to a model, from its headers to its answer: access, model, body, prediction, answer, each in the turn of
 * the event loop in which what it needs is there. It is also what it brings to be let in, and the limits of the
 * run, so that a request of a compiled model costs one object and no timer.
 */
class HttpCall implements CallLimits, Arriving {
  deadlineMs = Number.POSITIVE_INFINITY;
  readonly #context: CallContext;
  readonly #route: MeteredRoute;
  readonly #format: HttpFormat;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly arrivedMs: number;
  /** A request that had begun to arrive before is in flight, and is answered. */
  readonly #isTooLate: boolean;
  #served: ServedModel | null = null;
  #hasEntered = false;
  #caller: Caller | null = null;
  readonly trace: CallTrace | null;
  #stopBody: StopBody | null = null;
  #noLongerGone: (() => void) | null = null;

  constructor(
    context: CallContext,
    route: MeteredRoute,
    format: HttpFormat,
    request: FastifyRequest,
    reply: FastifyReply,
  ) {
    this.arrivedMs = context.monotonicMs();
    this.#context = context;
    this.#route = route;
    this.#format = format;
    this.#request = request;
    this.#reply = reply;
    this.#isTooLate = context.state.refusing;
    const { tracer } = context;
    this.trace = tracer ? beginTrace(tracer, route, request, this.arrivedMs) : null;
  }

  begin(): void {
    const { access, repository, state, limits } = this.#context;
    state.inFlight += 1;
    const { model, version } = this.#request.params as ModelParams;
    this.#served = repository.find(model, version);
    try {
      if (state.inFlight > limits.inFlight) throw tooMany(limits.inFlight);
      const caller = access.check(this, this.#served?.asked ?? askedFor(model));
      if (isPromise(caller))
        caller.then(
          (known) => {
            this.#caller = known;
            this.#receive();
          },
          (thrown) => this.#turnAway(thrown),
        );
      else {
        this.#caller = caller;
        this.#receive();
      }
    } catch (thrown) {
      this.#turnAway(thrown);
    }
  }

  get authorization(): string | undefined {
    return this.#request.raw.headers.authorization;
  }

  get connection(): object {
    return this.#request.raw.socket;
  }

  get address(): string | undefined {
    return this.#request.raw.socket.remoteAddress;
  }

  isCancelled(): boolean {
    return this.#request.raw.socket.destroyed;
  }

  onCancel(listener: () => void): void {
    const before = this.#noLongerGone;
    const end = onceGone(this.#request.raw.socket, listener);
    // A call may run its session more than once, and the connection outlives all of them.
    this.#noLongerGone =
      before === null
        ? end
        : () => {
            before();
            end();
          };
  }

  /** The deadline has passed while the body was on its way. */
  expire(): void {
    this.#stopBody?.(fail('DEADLINE_EXCEEDED', { message: 'The body of the request was not here by its deadline.' }));
  }

  /** The body of a caller that is not let in is not kept. */
  #turnAway(thrown: unknown): void {
    discardBody(this.#request.raw, serverLimits.bodyBytesUnopened);
    // It waits for a word before it sends its body, and does not get it.
    if (this.#request.raw.headers.expect !== undefined) this.#reply.header('connection', 'close');
    this.#finish(thrown, null);
  }

  #receive(): void {
    const { raw } = this.#request;
    const online = this.#served?.model.launch.online;
    try {
      const allowedMs = Math.min(this.#context.deadlineMs, online?.deadlineMs ?? Number.POSITIVE_INFINITY);
      this.deadlineMs = deadlineOf(this.arrivedMs, allowedMs, raw.headers[timeoutHeader]);
    } catch (thrown) {
      this.#turnAway(thrown);
      return;
    }
    const bytesMax = online?.bodyBytes ?? serverLimits.bodyBytesUnopened;
    const wrongType = this.#format.refusesType(raw.headers['content-type'], this.#request);
    let isHere = false;
    this.#stopBody = receiveBody(raw, { bytesMax, wrongType, encodings: this.#format.encodings }, (bytes, refused) => {
      isHere = true;
      this.#context.bodies.delete(this);
      this.#answer(bytes, refused);
    });
    if (isHere) return;
    this.#context.bodies.add(this);
    if (raw.headers.expect !== undefined) this.#reply.raw.writeContinue();
  }

  #answer(bytes: Buffer, refused: SlipwayError | null): void {
    try {
      if (this.isCancelled()) throw callerGone();
      if (this.#isTooLate) throw draining();
      const { model, version } = this.#request.params as ModelParams;
      // While the body was on its way another version may have taken the place.
      const served = this.#context.repository.locate(model, version);
      this.#served = served;
      this.#hasEntered = true;
      enter(served);
      if (refused !== null) throw refused;
      const answer = this.#format.answer(served, bytes, this, this.#request);
      if (isPromise(answer))
        answer.then(
          (made) => (this.isCancelled() ? this.#finish(callerGone(), null) : this.#finish(null, made)),
          (thrown) => this.#finish(thrown, null),
        );
      else this.#finish(null, answer);
    } catch (thrown) {
      this.#finish(thrown, null);
    }
  }

  #finish(thrown: unknown, answer: HttpAnswer | null): void {
    this.#context.state.inFlight -= 1;
    this.#noLongerGone?.();
    const ms = Math.round((this.#context.monotonicMs() - this.arrivedMs) * 1000) / 1000;
    if (answer !== null) this.#respond(answer, ms);
    else this.#refuse(asSlipwayError(thrown), ms);
    const served = this.#served;
    const { trace } = this;
    if (trace !== null) endTrace(trace, served, answer, thrown, this.arrivedMs + ms);
    if (served === null) return;
    measure(served, answer, thrown, ms);
    if (this.#hasEntered) leave(served);
  }

  #refuse(error: SlipwayError, ms: number): void {
    const told = this.#format.problem?.(error, this.#request.id);
    respondProblem(this.#context, this.#route, this.#request, this.#reply, error, {
      facts: { ms, ...this.#facts() },
      ...told,
    });
  }

  #respond({ body, headers, records, refused, fallback, fault, cause }: HttpAnswer, ms: number): void {
    const { id } = this.#request;
    const { log } = this.#route;
    // Says without a look into the body that at least one answer is a fallback.
    const marked = fallback === null ? headers : { ...headers, 'x-slipway-fallback': fallback.reason };
    const answer = marked === undefined ? { status: 200, body } : { status: 200, body, headers: marked };
    respond(this.#context, this.#route, this.#request, this.#reply, answer);
    if (refused === 0 && fallback === null) {
      log.answered(id, ms, records, this.#facts());
      return;
    }
    const failure = fault ?? cause;
    if (failure && this.#served !== null) logCause(this.#served, log, id, failure, this.#context.monotonicMs());
    const told = fallback === null ? {} : { fallback: fallback.reason, fallbacks: fallback.records };
    log.info({ request: id, status: 200, ms, records, refused, ...told, ...this.#facts() }, 'answered');
  }

  #facts(): object | undefined {
    return lineFacts(this.#context.repository, this.#served, this.#caller, this.trace);
  }
}

function tooMany(count: number): SlipwayError {
  return fail('OVERLOADED', { message: `${count} requests are being answered already.` });
}
