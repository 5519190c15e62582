import { parentPort, workerData } from 'node:worker_threads';
import { countRecords, type FileCount } from './count-records.ts';
import type { BatchFile } from './file-format.ts';

/** What the counting thread says: early, that a line ends inside quotes, and in the end all that it found. */
export type CountMessage = { readonly kind: 'quoted-break' } | { readonly kind: 'done'; readonly count: FileCount };

const say = (message: CountMessage) => parentPort?.postMessage(message);

// The thread counts one file and ends.
const count = await countRecords(workerData as BatchFile, () => say({ kind: 'quoted-break' }));
say({ kind: 'done', count });
