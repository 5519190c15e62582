import type { Path } from '../source/source-node.ts';

/** Takes one contradiction: the field at fault, one sentence with the value, and what to do. */
export type Report = (path: Path, message: string, hint: string) => void;
