export {
  type Admitted,
  type ConcurrencyLimit,
  type ConcurrencyLimitOptions,
  concurrencyLimit,
} from './concurrency-limit.ts';
