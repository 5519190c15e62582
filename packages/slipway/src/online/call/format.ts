import type { MaybePromise, RunLimits, SlipwayError } from '@slipway/core';
import type { FastifyRequest } from 'fastify';
import type { ServedModel } from '../models/model-slot.ts';
import type { CallTrace } from '../ports.ts';
import type { ProblemOptions } from '../respond.ts';
import type { Answered } from './answered.ts';

/** An answer of HTTP, and what became of the records in it. */
export interface HttpAnswer extends Answered {
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The limits of a call, and when it began, on the monotonic clock. */
export interface CallLimits extends RunLimits {
  readonly arrivedMs: number;
  /** Null where nobody traces. */
  readonly trace: CallTrace | null;
}

/** One way to ask a model over HTTP: what a body means, and how answers and errors are written. */
export interface HttpFormat {
  /** Null where the format reads such a body, else why not. */
  refusesType(contentType: string | undefined, request: FastifyRequest): SlipwayError | null;
  /** Content encodings that the format unpacks itself; none where it is absent. */
  readonly encodings?: readonly string[];
  /** Reads a body and predicts. Raises what is wrong with the request, and what the model raises. */
  answer(served: ServedModel, bytes: Buffer, limits: CallLimits, request: FastifyRequest): MaybePromise<HttpAnswer>;
  /** An answer that is an error; in the form of all other routes where it is absent. */
  readonly problem?: (error: SlipwayError, requestId: string) => Pick<ProblemOptions, 'body' | 'headers'>;
}
