import { goAlong, previousOn } from '../store/way-back.ts';
import type { AuditEntry } from '../types.ts';
import { canonicalJson } from './canonical-json.ts';
import { cellOf, type DerivedState, detailsOf, membersOf, type Rule, rowKey, says } from './state-rows.ts';

/** The versions of each model that are there and not deleted: what pushes and deletions write and rollbacks ask. */
type Left = Map<string, Set<string>>;

export function createVersionRule(left: Left): Rule {
  const ordinals = new Map<string, number>();
  return (state, entry) => {
    const { action, subject, at } = entry;
    const model = entry.model ?? '';
    const modelKey = rowKey('slipway_models', model);
    if (action === 'model.settings') {
      const { approve } = detailsOf(entry);
      const answer = approve === undefined ? undefined : approve === true ? 'yes' : 'no';
      says(state, entry, modelKey, `the model ${model}`, { approve: [needsSecond(model), answer] });
      return;
    }
    const version = subject.slice(model.length + 1);
    const key = rowKey('slipway_versions', model, version);
    const deletion = `the deletion of ${subject}`;
    const there = left.get(model) ?? new Set();
    left.set(model, there);
    if (action === 'version.delete') {
      there.delete(version);
      says(state, entry, key, `the version ${subject}`, { deleted_at: [deletion, at] });
      return;
    }
    there.add(version);
    // A version that comes back after its deletion has the row that it had, but for a proof that was replaced.
    if (state.has(key)) {
      const { replacedProof, proof } = detailsOf(entry);
      says(state, entry, key, `the version ${subject}`, {
        deleted_at: [deletion, null],
        ...(replacedProof === undefined ? {} : { proof: [`the proof of ${subject}`, cellOf(proof)] }),
      });
      return;
    }
    if (!state.has(modelKey)) {
      const facts = { approve: [needsSecond(model), 'no'], created_at: [`the beginning of ${model}`, at] } as const;
      says(state, entry, modelKey, `the model ${model}`, facts);
    }
    const ordinal = (ordinals.get(model) ?? 0) + 1;
    ordinals.set(model, ordinal);
    pushed(state, entry, key, ordinal);
  };
}

function pushed(state: DerivedState, entry: AuditEntry, key: string, ordinal: number): void {
  const { subject, at, by } = entry;
  const details = detailsOf(entry);
  const files = ['artifact', 'launch', 'reference', 'golden', 'proof'] as const;
  says(state, entry, key, `the version ${subject}`, {
    ...Object.fromEntries(files.map((file) => [file, [`the ${file} of ${subject}`, cellOf(details[file])] as const])),
    ordinal: [`the place of ${subject} among the versions`, ordinal],
    created_at: [`the time of the push of ${subject}`, at],
    by: [`who pushed ${subject}`, actorCell(by)],
    deleted_at: [`the deletion of ${subject}`, null],
  });
}

function needsSecond(model: string): string {
  return `whether production of ${model} needs a second person`;
}

/** Moves, and where they left the alias. */
export function createAliasRule(left: Left): Rule {
  const ways = new Map<string, string[]>();
  return (state, entry) => {
    const { action, subject, at, sequence, why, evidence } = entry;
    const model = entry.model ?? '';
    const alias = subject.slice(model.length + 1);
    const details = detailsOf(entry);
    const [from, to, revision] = [cellOf(details.from), cellOf(details.to), cellOf(details.revision)];
    const kind = action.slice('alias.'.length);
    const way = ways.get(subject) ?? [];
    ways.set(subject, way);
    goAlong(way, { kind, to: typeof to === 'string' ? to : null });
    const previous =
      kind === 'rollback' ? previousOn(way, left.get(model) ?? new Set()) : kind === 'promote' ? from : null;
    const by = actorCell(membersOf(details.requestedBy ?? { kind: entry.by.kind, id: entry.by.id }));
    const name = `${alias} of ${model}`;
    says(state, entry, rowKey('slipway_aliases', model, alias), `the alias ${subject}`, {
      version: [name, to],
      previous: [`the way back of ${name}`, previous],
      revision: [`the number of moves of ${name}`, revision],
      moved_at: [`the time of the last move of ${name}`, at],
      by: [`who moved ${name} last`, by],
    });
    const move = `move ${revision} of ${name}`;
    says(state, entry, rowKey('slipway_moves', model, alias, revision), move, {
      kind: [`the kind of ${move}`, kind],
      from_version: [`where ${move} began`, from],
      to_version: [`where ${move} led`, to],
      at: [`the time of ${move}`, at],
      by: [`who made ${move}`, by],
      why: [`the reason of ${move}`, why],
      evidence: [`the evidence of ${move}`, canonicalJson(evidence)],
      approval: [`the approval of ${move}`, cellOf(details.approval) ?? null],
      audit_sequence: [`the entry of ${move}`, sequence],
    });
  };
}

/** Who made a change, in one cell. */
export function actorCell({ kind, id }: { readonly kind?: unknown; readonly id?: unknown }): string {
  return `${kind} ${id}`;
}
