import type { MaybePromise, RunLimits, SlipwayError } from '@slipway/core';
import type { FastifyRequest } from 'fastify';
import type { ServedModel } from '../models/model-slot.ts';
import type { Answered } from './answered.ts';

/** An answer of HTTP, and what became of the records in it. */
export interface HttpAnswer extends Answered {
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One way to ask a model over HTTP: what a body means, and how answers and errors are written. */
export interface HttpFormat {
  /** Null where the format reads such a body, else why not. */
  refusesType(contentType: string | undefined, request: FastifyRequest): SlipwayError | null;
  /** Reads a body and predicts. Raises what is wrong with the request, and what the model raises. */
  answer(served: ServedModel, bytes: Buffer, limits: RunLimits, request: FastifyRequest): MaybePromise<HttpAnswer>;
  /** The body of an answer that is an error; the form of all other routes where it is absent. */
  readonly problem?: (error: SlipwayError, requestId: string) => string;
}
