import type { Registry } from './ports.ts';
import type { Change, Instant, RegistryRecord } from './types.ts';

/** Kept as records of this kind, one a model that was ever switched off; so every turn of the switch is in the audit log. */
const kind = 'fallback';

/** How the kill switch of a model stands in the registry. */
export interface FallbackSwitch {
  readonly model: string;
  /** Whether the fallback answers, for every server that follows this registry. */
  readonly on: boolean;
  /** When it was turned last, and by whom; null: it never was. */
  readonly turnedAt: Instant | null;
  readonly by: string | null;
}

/** Answers whether the switch was turned, and not so already. */
export async function turnFallback(registry: Registry, model: string, on: boolean, change: Change): Promise<boolean> {
  if ((await fallbackSwitch(registry, model)).on === on) return false;
  // The audit log names records by their digests; which way the switch was turned stands there as what it was for.
  await registry.putRecord(kind, model, { on }, { ...change, model, evidence: { fallback: on ? 'on' : 'off' } });
  return true;
}

export async function fallbackSwitch(registry: Registry, model: string): Promise<FallbackSwitch> {
  const record = await registry.record(kind, model);
  if (record === null) return { model, on: false, turnedAt: null, by: null };
  return { model, on: isOn(record), turnedAt: record.updatedAt, by: record.by.id };
}

/** The models that are switched off now. */
export async function switchedOffModels(registry: Pick<Registry, 'records'>): Promise<ReadonlySet<string>> {
  const models = new Set<string>();
  let before: number | undefined;
  for (;;) {
    const page = await registry.records(kind, { before, limit: pageRecords });
    for (const record of page) if (isOn(record)) models.add(record.id);
    if (page.length < pageRecords) return models;
    before = page.at(-1)?.ordinal;
  }
}

const pageRecords = 1000;

function isOn({ body }: RegistryRecord): boolean {
  return (body as { readonly on?: unknown } | null)?.on === true;
}
