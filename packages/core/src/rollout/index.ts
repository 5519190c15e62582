export {
  type AllocatedArm,
  type Allocation,
  type ArmShare,
  type Assignment,
  armOfBucket,
  assignArm,
  createAllocation,
  reallocate,
} from './allocation.ts';
export { bucketCount, bucketOf, hashVersion } from './bucket.ts';
export { parseAllocation } from './parse-allocation.ts';
export type { BucketRange } from './ranges.ts';
