import type { TraceContext } from './trace-context.ts';

/** Whether the spans of a trace are exported. */
export type Sampler = (traceId: string, parent: TraceContext | null) => boolean;

const roots = ['always_on', 'always_off', 'traceidratio'] as const;

/** The sampler of `OTEL_TRACES_SAMPLER` and its argument; null where there is none of that name. */
export function samplerOf(name = 'parentbased_always_on', argument = '1'): Sampler | null {
  const isParentBased = name.startsWith('parentbased_');
  const rootName = roots.find((each) => each === name.replace(/^parentbased_/, ''));
  const ratio = Number(argument);
  if (rootName === undefined || !(ratio >= 0 && ratio <= 1)) return null;
  const root = (traceId: string) => {
    if (rootName !== 'traceidratio') return rootName === 'always_on';
    // Every service that does it so takes the same traces, whatever its ratio.
    return Number.parseInt(traceId.slice(18), 16) < ratio * 2 ** 56;
  };
  return (traceId, parent) => (isParentBased && parent !== null ? parent.isSampled : root(traceId));
}
