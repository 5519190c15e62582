import { fail } from '@slipway/core';
import { firstRow, type Row, type Transaction } from '../database/database.ts';
import type { Versions } from '../ports.ts';
import type { Digest, Version, VersionFiles } from '../types.ts';
import { checkChange, checkFiles, checkName } from './check-input.ts';
import { aliasOf, versionOf } from './rows.ts';
import type { Store, Writing } from './store.ts';
import { whatPointsTo } from './what-points-to.ts';

/** The proof is not compared: Slipway makes it, and another engine version makes another one of the same model. */
const compared = ['artifact', 'launch', 'reference', 'golden'] as const satisfies readonly (keyof VersionFiles)[];

export function createVersions(store: Store): Versions {
  return {
    models: () => store.read(allModels),
    async push(model, version, files, change, confirm) {
      checkName('model', model);
      checkName('version', version);
      checkFiles(files);
      checkChange(change);
      return store.change(async (writing) => {
        const row = await versionRow(writing.transaction, model, version);
        if (row !== undefined) checkSame(row, files);
        await confirm?.();
        if (row !== undefined && row.deleted_at === null) return versionOf(row);
        const details = { ...files, again: row !== undefined };
        await writing.append(change, { action: 'version.push', model, subject: `${model}@${version}`, details });
        if (row !== undefined) return revived(writing, row);
        return added(writing, { model, version, ...files, createdAt: writing.now, by: change.by });
      });
    },
    version: (model, version) => store.read((transaction) => versionIn(transaction, model, version)),
    async versions(model) {
      const sql = 'SELECT * FROM slipway_versions WHERE model = ? AND deleted_at IS NULL ORDER BY ordinal';
      return (await store.read((transaction) => transaction.all(sql, model))).map(versionOf);
    },
    async deleteVersion(model, version, change) {
      checkChange(change);
      await store.change(async (writing) => {
        const { transaction, now } = writing;
        const { by: _, ...details } = await versionIn(transaction, model, version);
        const pointers = await whatPointsTo(transaction, model, version, now);
        if (pointers.length > 0) {
          const message = `${model}@${version} cannot be deleted: ${pointers.join(', ')} ${pointers.length === 1 ? 'points' : 'point'} to it.`;
          throw fail('VERSION_IN_USE', { message, details: { pointers } });
        }
        await writing.append(change, { action: 'version.delete', model, subject: `${model}@${version}`, details });
        const sql = 'UPDATE slipway_versions SET deleted_at = ? WHERE model = ? AND version = ?';
        await transaction.all(sql, now, model, version);
      });
    },
    digestsInUse: () => store.read(digestsIn),
    async collect(digests, remove, change) {
      checkChange(change);
      const removed: Digest[] = [];
      const stopped: unknown[] = [];
      await store.change(async (writing) => {
        const inUse = await digestsIn(writing.transaction);
        try {
          for (const digest of digests) if (!inUse.has(digest) && (await remove(digest))) removed.push(digest);
        } catch (thrown) {
          stopped.push(thrown);
        }
        if (removed.length === 0) return;
        const details = { digests: removed };
        await writing.append(change, { action: 'artifacts.collect', model: null, subject: 'artifacts', details });
      });
      if (stopped.length > 0) throw stopped[0];
      return removed;
    },
  };
}

async function digestsIn(transaction: Transaction): Promise<ReadonlySet<Digest>> {
  const sql = 'SELECT artifact, launch, reference, golden, proof FROM slipway_versions WHERE deleted_at IS NULL';
  const rows = await transaction.all(sql);
  return new Set(rows.flatMap((row) => Object.values(row)).filter((cell) => typeof cell === 'string'));
}

/** A version that is there and not deleted. Raises VERSION_NOT_FOUND. */
export async function versionIn(transaction: Transaction, model: string, version: string): Promise<Version> {
  const row = await versionRow(transaction, model, version);
  if (row !== undefined && row.deleted_at === null) return versionOf(row);
  const known = await firstRow(transaction, 'SELECT model FROM slipway_models WHERE model = ?', model);
  const what =
    row !== undefined
      ? `The version ${version} of ${model} was deleted at ${row.deleted_at}.`
      : known !== undefined
        ? `There is no version ${version} of ${model}.`
        : `There is no model ${model} in the registry.`;
  throw fail('VERSION_NOT_FOUND', { message: what, where: `${model}@${version}` });
}

function versionRow(transaction: Transaction, model: string, version: string): Promise<Row | undefined> {
  return firstRow(transaction, 'SELECT * FROM slipway_versions WHERE model = ? AND version = ?', model, version);
}

function checkSame(row: Row, files: VersionFiles): void {
  const differences = compared
    .filter((file) => row[file] !== files[file])
    .map((file) => ({ file, stored: row[file], pushed: files[file] }));
  if (differences.length === 0) return;
  const named = differences.map(
    ({ file, stored, pushed }) => `${file} (there: ${stored ?? 'none'}, pushed: ${pushed ?? 'none'})`,
  );
  const state = row.deleted_at === null ? 'is there already' : `was there until ${row.deleted_at}, and deleted then,`;
  throw fail('VERSION_EXISTS', {
    message: `${row.model}@${row.version} ${state} with other files: ${named.join('; ')}.`,
    details: { differences },
  });
}

async function added({ transaction }: Writing, version: Omit<Version, 'ordinal'>): Promise<Version> {
  const { model, artifact, launch, reference, golden, proof, createdAt, by } = version;
  await transaction.all(
    'INSERT INTO slipway_models (model, approve, created_at) VALUES (?, 0, ?) ON CONFLICT (model) DO NOTHING',
    model,
    createdAt,
  );
  const last = await firstRow(
    transaction,
    'SELECT max(ordinal) AS ordinal FROM slipway_versions WHERE model = ?',
    model,
  );
  const ordinal = Number(last?.ordinal ?? 0) + 1;
  await transaction.all(
    `INSERT INTO slipway_versions
      (model, version, ordinal, artifact, launch, reference, golden, proof, created_at, by_kind, by_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[model, version.version, ordinal, artifact, launch, reference, golden, proof, createdAt, by.kind, by.id],
  );
  return { ...version, ordinal };
}

async function revived({ transaction }: Writing, row: Row): Promise<Version> {
  const sql = 'UPDATE slipway_versions SET deleted_at = NULL WHERE model = ? AND version = ?';
  await transaction.all(sql, row.model, row.version);
  return versionOf(row);
}

async function allModels(transaction: Transaction) {
  const models = await transaction.all(
    `SELECT m.model, m.approve, count(v.version) AS versions FROM slipway_models m
     LEFT JOIN slipway_versions v ON v.model = m.model AND v.deleted_at IS NULL
     GROUP BY m.model, m.approve ORDER BY m.model`,
  );
  const aliases = await transaction.all('SELECT * FROM slipway_aliases WHERE version IS NOT NULL ORDER BY alias');
  return models.map(({ model, approve, versions }) => ({
    model: String(model),
    versions: Number(versions),
    aliases: aliases.filter((alias) => alias.model === model).map(aliasOf),
    approve: approve === 1,
  }));
}
