import type { PredictionEvent } from '@slipway/core';

/** An event with every kind of value, different for each index. */
export function someEvent(index: number): PredictionEvent {
  return {
    kind: 'prediction',
    id: `id-${index}`,
    at: '2026-11-24T10:00:00.000Z',
    model: 'learner-risk',
    version: '1.0.0',
    variant: 'stable',
    unit: `learner "${index}" é\u2028🎓`,
    context: { cohort: null, mentor_id: 'm\n1' },
    inputs: { hours_studied: index / 10, is_new: true, marks: [1, 2.5] },
    outputs: { risk_score: 0.83, needs_support: true },
    latency_ms: index % 2 === 0 ? null : 0.25,
    fallback: index % 3 === 0 ? { reason: 'error' } : null,
    source: 'online',
  };
}
