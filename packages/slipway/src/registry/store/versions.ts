import { fail, isSlipwayError } from '@slipway/core';
import { instantText } from '../../system/wording.ts';
import { firstRow, type Row, type Transaction } from '../database/database.ts';
import type { Confirm, Versions } from '../ports.ts';
import type { Digest, Version, VersionFiles } from '../types.ts';
import { checkChange, checkFiles, checkName } from './check-input.ts';
import { demandUncollected } from './collections.ts';
import { digestsIn } from './digests-in-use.ts';
import { aliasOf, versionOf } from './rows.ts';
import type { Store, Writing } from './store.ts';
import { whatPointsTo } from './what-points-to.ts';

/** The proof is not compared: Slipway makes it, and another engine version makes another one of the same model. */
const compared = ['artifact', 'launch', 'reference', 'golden'] as const satisfies readonly (keyof VersionFiles)[];

const lostCodes: ReadonlySet<string> = new Set(['ARTIFACT_NOT_FOUND', 'ARTIFACT_DIGEST_MISMATCH']);

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
        await confirm?.(files);
        if (row?.deleted_at === null && (await hasProof(row, files, confirm))) return versionOf(row);
        await demandUncollected(writing.transaction, files);
        const replaced = row === undefined || row.proof === files.proof ? {} : { replacedProof: row.proof };
        const details = { ...files, again: row !== undefined, ...replaced };
        await writing.append(change, { action: 'version.push', model, subject: `${model}@${version}`, details });
        if (row !== undefined) return renewed(writing, row, files.proof);
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
  };
}

/** A version that is there and not deleted. Raises VERSION_NOT_FOUND. */
export async function versionIn(transaction: Transaction, model: string, version: string): Promise<Version> {
  const row = await versionRow(transaction, model, version);
  if (row !== undefined && row.deleted_at === null) return versionOf(row);
  const known = await firstRow(transaction, 'SELECT model FROM slipway_models WHERE model = ?', model);
  const what =
    row !== undefined
      ? `The version ${version} of ${model} was deleted at ${instantText(String(row.deleted_at))}.`
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
  const state =
    row.deleted_at === null
      ? 'is there already'
      : `was there until ${instantText(String(row.deleted_at))}, and deleted then,`;
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

/** Whether the proof that a live version names is there. Its other files are those of the push, which are confirmed. */
async function hasProof(row: Row, files: VersionFiles, confirm: Confirm | undefined): Promise<boolean> {
  if (row.proof === files.proof || typeof row.proof !== 'string') return true;
  try {
    await confirm?.({ ...files, proof: row.proof });
    return true;
  } catch (error) {
    if (isSlipwayError(error) && lostCodes.has(error.code)) return false;
    throw error;
  }
}

/** The version is there again, with the proof of this push: the one before may have been collected since. */
async function renewed({ transaction }: Writing, row: Row, proof: Digest | null): Promise<Version> {
  const sql = 'UPDATE slipway_versions SET deleted_at = NULL, proof = ? WHERE model = ? AND version = ?';
  await transaction.all(sql, proof, row.model ?? null, row.version ?? null);
  return versionOf({ ...row, proof });
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
