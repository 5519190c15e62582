export type { EventSink, FallbackReason, PredictionEvent, PredictionEvents, PredictionSource } from './events.ts';
