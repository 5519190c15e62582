import { isPromise, type MaybePromise, type RunLimits } from '@slipway/core';
import { askedFor, enter, leave, type ServedModel } from '../models/model-slot.ts';
import type { Caller, CallTrace, Credentials } from '../ports.ts';
import { draining } from '../server-state.ts';
import { type Answered, measure } from './answered.ts';
import type { CallContext } from './http-call.ts';

/** A request to a model of a protocol that is not HTTP/1: its body is here already. */
export interface ModelCall<A extends Answered> {
  readonly credentials: Credentials;
  readonly model: string | undefined;
  readonly version: string | undefined;
  /** On the monotonic clock. */
  readonly arrivedMs: number;
  /** How long the caller will wait; null leaves it to the launch file. */
  readonly timeoutMs: number | null;
  readonly cancellation: Pick<RunLimits, 'isCancelled' | 'onCancel'>;
  readonly trace: CallTrace | null;
  /** Told of the model and the caller, as soon as they are known. */
  readonly known: (served: ServedModel | null, caller: Caller | null) => void;
  readonly answer: (served: ServedModel, limits: RunLimits) => MaybePromise<A>;
}

/**
 * Does with a request what every one to a model needs: access, the version that answers, limits, counting. Raises what
 * any of them raises. The HTTP routes have the same way in `http-call.ts`, without a promise.
 */
export async function callModel<A extends Answered>(context: CallContext, call: ModelCall<A>): Promise<A> {
  const { repository, access, state, monotonicMs } = context;
  const { model, version, arrivedMs, cancellation } = call;
  const isTooLate = state.refusing;
  let served = repository.find(model, version);
  let hasEntered = false;
  const finish = (thrown: unknown, answered: A | null) => {
    if (served === null) return;
    measure(served, answered, thrown, monotonicMs() - arrivedMs);
    if (hasEntered) leave(served);
  };
  try {
    const caller = access.check(call.credentials, served?.asked ?? askedFor(model));
    const known = isPromise(caller) ? await caller : caller;
    call.known(served, known);
    if (isTooLate) throw draining();
    served = repository.locate(model, version);
    call.known(served, known);
    enter(served);
    hasEntered = true;
    const allowedMs = Math.min(context.deadlineMs, served.model.launch.online.deadlineMs);
    const limits: RunLimits = {
      deadlineMs: arrivedMs + Math.min(allowedMs, call.timeoutMs ?? allowedMs),
      isCancelled: () => cancellation.isCancelled(),
      onCancel: (listener) => cancellation.onCancel(listener),
      trace: call.trace,
    };
    const answered = await call.answer(served, limits);
    finish(null, answered);
    return answered;
  } catch (thrown) {
    finish(thrown, null);
    throw thrown;
  }
}
