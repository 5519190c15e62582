import type { Deed } from '../operate/deed.ts';

/** What workers and their supervisor tell each other. */
export type FromWorker =
  /** It answers requests; the line that says where, as one server would print it. */
  | { readonly slipway: 'ready'; readonly line: string }
  /** Its metrics, as prom-client's JSON: when it was asked, and every second without. */
  | { readonly slipway: 'metrics'; readonly metrics: readonly object[] }
  /** A page of metrics of all workers is wanted. */
  | { readonly slipway: 'page'; readonly id: number }
  /** It was told to do something, and did: the others should, too. */
  | { readonly slipway: 'share'; readonly id: number; readonly deed: Deed }
  /** It has tried what it was sent. */
  | { readonly slipway: 'tried'; readonly id: number };

export type FromSupervisor =
  | { readonly slipway: 'page'; readonly id: number; readonly text: string }
  /** Wants the worker's metrics, as they are now. */
  | { readonly slipway: 'tell' }
  | { readonly slipway: 'deed'; readonly id: number; readonly deed: Deed }
  /** All others have tried what the worker shared. */
  | { readonly slipway: 'done'; readonly id: number };

export function isOurs(message: unknown): message is FromWorker | FromSupervisor {
  return typeof message === 'object' && message !== null && 'slipway' in message;
}
