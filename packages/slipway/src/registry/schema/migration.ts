import type { Database } from '../database/database.ts';

/** One step forward of the schema. A step that was released is never changed; the next change is the next step. */
export interface Migration {
  /** 1, 2, 3 and so on. */
  readonly version: number;
  /**
   * The oldest schema version whose Slipway may go on reading and writing after this step: an addition that old code need
   * not know keeps it, so that old and new replicas run side by side; a change that old code would break raises it.
   */
  readonly minimumReader: number;
  readonly statements: (dialect: Database['dialect']) => readonly string[];
}
