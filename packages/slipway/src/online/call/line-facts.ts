import type { ModelRepository } from '../models/model-repository.ts';
import type { ServedModel } from '../models/model-slot.ts';
import type { Caller, CallTrace } from '../ports.ts';

/**
 * What the line of a request says besides: who asked, by the name of a key and never the key; which model answered, where
 * there are several; and the trace. Undefined where there is nothing to say, so that the line costs no object.
 */
export function lineFacts(
  repository: ModelRepository,
  served: ServedModel | null,
  caller: Caller | null,
  trace: CallTrace | null,
): object | undefined {
  const name = caller === null ? null : caller.name;
  const which = served !== null && repository.hasSeveral() ? served : null;
  if (name === null && which === null && trace === null) return undefined;
  return {
    ...(which === null ? {} : { model: which.name, version: which.version }),
    ...(name === null ? {} : { caller: name }),
    ...(trace === null ? {} : { trace_id: trace.traceId, span_id: trace.spanId }),
  };
}
