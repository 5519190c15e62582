import { fail } from '@slipway/core';
import { firstRow, type Transaction } from '../database/database.ts';
import type { Aliases } from '../ports.ts';
import type { Alias, Move, PromoteRequest, Promotion } from '../types.ts';
import { asksForApproval, requestApproval } from './approval-requests.ts';
import { checkChange, checkMovable } from './check-input.ts';
import { type CurrentAlias, checkExpected, currentAlias, moveAlias } from './move-alias.ts';
import { aliasOf, moveOf } from './rows.ts';
import type { Store, Writing } from './store.ts';
import { versionIn } from './versions.ts';
import { previousAfterRollback } from './way-back.ts';

export function createAliases(store: Store): Aliases {
  return {
    async aliases(model) {
      const sql = 'SELECT * FROM slipway_aliases WHERE model = ? AND version IS NOT NULL ORDER BY alias';
      return (await store.read((transaction) => transaction.all(sql, model))).map(aliasOf);
    },
    alias: (model, alias) =>
      store.read((transaction) =>
        alias === 'previous' ? previousOf(transaction, model) : aliasIn(transaction, model, alias),
      ),
    async promote(model, version, request) {
      checkMovable(request.alias ?? 'production');
      checkChange(request);
      return store.change((writing) => promoted(writing, model, version, request));
    },
    async rollback(model, request) {
      const alias = request.alias ?? 'production';
      checkMovable(alias);
      checkChange(request);
      return store.change(async (writing) => {
        const current = await currentAlias(writing.transaction, model, alias);
        await checkExpected(writing.transaction, current, request.expected);
        const to = current.previous;
        if (to === null) throw nothingBefore(model, alias, current.version);
        const previous = await previousAfterRollback(writing.transaction, model, alias, to);
        return moveAlias(writing, current, { kind: 'rollback', to, previous, change: request });
      });
    },
    async removeAlias(model, alias, change) {
      checkMovable(alias);
      checkChange(change);
      return store.change(async (writing) => {
        await aliasIn(writing.transaction, model, alias);
        const current = await currentAlias(writing.transaction, model, alias);
        if (alias === 'production' && (await neededApproval(writing.transaction, current))) {
          throw fail('APPROVAL_NEEDED', { message: `production of ${model} cannot be removed by one person alone.` });
        }
        return moveAlias(writing, current, { kind: 'remove', to: null, previous: null, change });
      });
    },
    async history(model, alias) {
      const only = alias === undefined ? '' : ' AND alias = ?';
      const sql = `SELECT * FROM slipway_moves WHERE model = ?${only} ORDER BY audit_sequence`;
      const names = alias === undefined ? [model] : [model, alias];
      const rows = await store.read((transaction) => transaction.all(sql, ...names));
      return rows.map((row): Move => moveOf(row));
    },
  };
}

async function promoted(writing: Writing, model: string, version: string, request: PromoteRequest): Promise<Promotion> {
  const { transaction } = writing;
  const alias = request.alias ?? 'production';
  await versionIn(transaction, model, version);
  const current = await currentAlias(transaction, model, alias);
  await checkExpected(transaction, current, request.expected);
  if (current.version === version) return { kind: 'unchanged', alias: await aliasIn(transaction, model, alias) };
  const second = alias === 'production' && (request.approve === true || (await asksForApproval(transaction, model)));
  if (second) {
    const action = { kind: 'promote', version, alias } as const;
    const asked = { model, action, revision: current.revision, change: request };
    return { kind: 'pending', ...(await requestApproval(writing, asked)) };
  }
  const move = { kind: 'promote', to: version, previous: current.version, change: request } as const;
  return { kind: 'moved', move: await moveAlias(writing, current, move) };
}

/**
 * Whether a second person let in what an alias points to, or must by the setting of the model. The launch file that asked
 * for it is not in the database; that it was asked for is.
 */
async function neededApproval(transaction: Transaction, { model, alias, version }: CurrentAlias): Promise<boolean> {
  if (await asksForApproval(transaction, model)) return true;
  const sql =
    'SELECT approval FROM slipway_moves WHERE model = ? AND alias = ? AND to_version = ? AND approval IS NOT NULL LIMIT 1';
  return (await firstRow(transaction, sql, model, alias, version)) !== undefined;
}

async function aliasIn(transaction: Transaction, model: string, alias: string): Promise<Alias> {
  const sql = 'SELECT * FROM slipway_aliases WHERE model = ? AND alias = ? AND version IS NOT NULL';
  const row = await firstRow(transaction, sql, model, alias);
  if (row === undefined) {
    throw fail('ALIAS_NOT_FOUND', { message: `${model} has no alias ${alias}.`, where: `${model}@${alias}` });
  }
  return aliasOf(row);
}

async function previousOf(transaction: Transaction, model: string): Promise<Alias> {
  const production = await aliasIn(transaction, model, 'production');
  if (production.previous === null) throw nothingBefore(model, 'production', production.version);
  return { ...production, alias: 'previous', version: production.previous, previous: null };
}

function nothingBefore(model: string, alias: string, version: string | null) {
  const message =
    version === null
      ? `${model} has no alias ${alias}, so there is nothing to go back from.`
      : `${model}@${alias} is ${version}, and there is nothing to go back to: no version before it is left.`;
  const hint = `\`slipway promote ${model}@VERSION\` points it to a version; \`slipway versions ${model}\` lists them.`;
  return fail('ALIAS_NOT_FOUND', { message, where: `${model}@${alias}`, hint });
}
