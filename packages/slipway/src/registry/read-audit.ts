import type { Registry } from './ports.ts';
import type { AuditEntry } from './types.ts';

export interface AuditQuery {
  readonly model: string | undefined;
  /** Entries of this time or later, as UTC text; clocks jump, so this is of the text of each entry alone. */
  readonly since: string | undefined;
  /** The newest so many. */
  readonly limit: number;
}

const pageEntries = 1000;

/** The newest entries that are asked for, in order. Reads page by page, and keeps no more than it answers. */
export async function readAudit(registry: Registry, { model, since, limit }: AuditQuery): Promise<AuditEntry[]> {
  let kept: AuditEntry[] = [];
  // Without a filter the place of the first one is known; with one, all of the log may have to be read.
  const isPlain = model === undefined && since === undefined;
  let after = isPlain ? Math.max(0, (await registry.auditHead()).sequence - limit) : 0;
  for (;;) {
    const page = await registry.audit({ after, model, limit: pageEntries });
    kept = [...kept, ...page.filter(({ at }) => since === undefined || at >= since)].slice(-limit);
    const last = page.at(-1);
    if (last === undefined || page.length < pageEntries) return kept;
    after = last.sequence;
  }
}
