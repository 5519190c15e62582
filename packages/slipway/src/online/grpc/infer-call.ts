import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { asSlipwayError, fail, type RunLimits } from '@slipway/core';
import type { Answered } from '../call/answered.ts';
import { callModel } from '../call/call-model.ts';
import { logCause } from '../call/cause-log.ts';
import { lineFacts } from '../call/line-facts.ts';
import { beginCallTrace, endTrace } from '../call/traced.ts';
import type { ServedModel } from '../models/model-slot.ts';
import { infer } from '../open-inference/infer.ts';
import type { Caller, CallTrace } from '../ports.ts';
import { requestIdHeader } from '../request-id.ts';
import type { MeteredRoute } from '../respond.ts';
import type { OnlineContext } from '../server.ts';
import { readInferMessage, writeInferMessage } from './infer-messages.ts';
import { arrivalKey, credentialsOf, meteredRoute, refused } from './metered-call.ts';
import type { ModelInferRequest, ModelInferResponse } from './open-inference.generated.ts';
import { messageOf, statusNumber } from './status.ts';

interface Inferring {
  readonly context: OnlineContext;
  readonly metered: MeteredRoute;
  readonly call: HandlerContext;
  readonly requestId: string;
  readonly arrivedMs: number;
  readonly trace: CallTrace | null;
  served: ServedModel | null;
  caller: Caller | null;
}

/** `ModelInfer`: one request, one answer. */
export function inferRoute(context: OnlineContext) {
  const metered = meteredRoute(context, 'ModelInfer', 'info');
  return async (request: ModelInferRequest, call: HandlerContext): Promise<ModelInferResponse> => {
    const { requestId, arrivedMs } = call.values.get(arrivalKey);
    call.responseHeader.set(requestIdHeader, requestId);
    const inferring = begin(context, metered, call, requestId, arrivedMs);
    try {
      return await inferOne(inferring, request);
    } catch (thrown) {
      const ms = Math.round((context.monotonicMs() - arrivedMs) * 1000) / 1000;
      throw refused(metered, requestId, asSlipwayError(thrown), { ms, ...factsOf(inferring) });
    }
  };
}

/** `ModelStreamInfer`: requests one after the other, each answered before the next; an error ends none of the others. */
export function inferStreamRoute(context: OnlineContext) {
  const metered = meteredRoute(context, 'ModelStreamInfer', 'info');
  return async function* (requests: AsyncIterable<ModelInferRequest>, call: HandlerContext) {
    const { requestId } = call.values.get(arrivalKey);
    call.responseHeader.set(requestIdHeader, requestId);
    for await (const request of requests) {
      const arrivedMs = context.monotonicMs();
      const inferring = begin(context, metered, call, requestId, arrivedMs);
      try {
        yield { inferResponse: await inferOne(inferring, request) };
      } catch (thrown) {
        const error = asSlipwayError(thrown);
        refused(metered, requestId, error, { ...factsOf(inferring) });
        // Clients tell by the id which of their requests it was.
        yield { errorMessage: messageOf(error), inferResponse: { id: request.id } };
      }
    }
  };
}

function begin(
  context: OnlineContext,
  metered: MeteredRoute,
  call: HandlerContext,
  requestId: string,
  arrivedMs: number,
): Inferring {
  const { tracer } = context;
  const trace = tracer ? beginCallTrace(tracer, metered, (name) => call.requestHeader.get(name), arrivedMs) : null;
  return { context, metered, call, requestId, arrivedMs, trace, served: null, caller: null };
}

function factsOf({ context, served, caller, trace }: Inferring): object | undefined {
  return lineFacts(context.repository, served, caller, trace);
}

async function inferOne(inferring: Inferring, request: ModelInferRequest): Promise<ModelInferResponse> {
  const { trace, context } = inferring;
  try {
    const { message, ...answered } = await inferMade(inferring, request);
    if (trace !== null) endTrace(trace, inferring.served, answered, null, context.monotonicMs(), statusNumber);
    return message;
  } catch (thrown) {
    if (trace !== null) endTrace(trace, inferring.served, null, thrown, context.monotonicMs(), statusNumber);
    throw thrown;
  }
}

/** An answer, and what became of the rows in it. */
interface Made extends Answered {
  readonly message: ModelInferResponse;
}

async function inferMade(inferring: Inferring, request: ModelInferRequest): Promise<Made> {
  const { context, metered, call, requestId, arrivedMs, trace } = inferring;
  const made = await callModel<Made>(context, {
    credentials: credentialsOf(call),
    model: request.modelName === '' ? undefined : request.modelName,
    version: request.modelVersion === '' ? undefined : request.modelVersion,
    arrivedMs,
    timeoutMs: timeLeft(call, context.monotonicMs() - arrivedMs),
    cancellation: cancellationOf(call.signal),
    trace,
    known(served, caller) {
      inferring.served = served;
      inferring.caller = caller;
    },
    answer: async ({ model }, limits) => {
      expectSize(request, model.launch.online.bodyBytes);
      const { deadlineMs } = limits;
      const { isCancelled, onCancel } = limits;
      const own = { deadlineMs, isCancelled, onCancel, arrivedMs, trace };
      const { response, answered } = await infer(model, readInferMessage(request), own);
      return { ...answered, message: writeInferMessage(response, request.rawInputContents.length > 0) };
    },
  });
  const ms = Math.round((context.monotonicMs() - arrivedMs) * 1000) / 1000;
  metered.count(200);
  const { fallback, records } = made;
  const facts = factsOf(inferring);
  if (fallback === null) metered.log.answered(requestId, ms, records, facts);
  else {
    const told = { fallback: fallback.reason, fallbacks: fallback.records };
    metered.log.info({ request: requestId, status: 200, ms, records, refused: 0, ...told, ...facts }, 'answered');
  }
  const failure = made.fault ?? made.cause;
  if (failure && inferring.served !== null) {
    logCause(inferring.served, metered.log, requestId, failure, context.monotonicMs());
  }
  return made;
}

/** How long the caller waits, from the arrival on; null where it does not say. */
function timeLeft(call: HandlerContext, passedMs: number): number | null {
  const leftMs = call.timeoutMs();
  return leftMs === undefined ? null : Math.max(0, leftMs) + passedMs;
}

/** The caller is gone where it ended the call, and not where its deadline did: that one a fallback may still meet. */
function cancellationOf(signal: AbortSignal): Pick<RunLimits, 'isCancelled' | 'onCancel'> {
  const isGone = () =>
    signal.aborted && !(signal.reason instanceof ConnectError && signal.reason.code === Code.DeadlineExceeded);
  return {
    isCancelled: isGone,
    onCancel(listener) {
      signal.addEventListener('abort', () => {
        if (isGone()) listener();
      });
    },
  };
}

/** The bound of the model's own on the tensors of a message; the server's stands in front of it. */
function expectSize({ rawInputContents, inputs }: ModelInferRequest, bytesMax: number): void {
  let bytes = rawInputContents.reduce((sum, raw) => sum + raw.length, 0);
  for (const { contents } of inputs) {
    bytes += (contents?.bytesContents ?? []).reduce((sum, text) => sum + text.length, 0);
    bytes += 8 * ((contents?.fp64Contents.length ?? 0) + (contents?.int64Contents.length ?? 0));
    bytes += 4 * ((contents?.fp32Contents.length ?? 0) + (contents?.intContents.length ?? 0));
  }
  if (bytes <= bytesMax) return;
  throw fail('BODY_TOO_LARGE', { message: `The tensors of the request have more than ${bytesMax} bytes.` });
}
