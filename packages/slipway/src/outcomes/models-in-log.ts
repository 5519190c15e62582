import { fail, nearest } from '@slipway/core';
import { queryLog } from '../prediction-log/read-log.ts';

/** The models that a log has predictions of, and the smallest share of each one's predictions that was kept. */
export async function modelsInLog(log: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await queryLog(log, 'SELECT model, min(share) FROM predictions GROUP BY model ORDER BY model');
  return new Map(rows.map(([name, share]) => [String(name), Number(share ?? 1)]));
}

/** The smallest share of the model's predictions that was kept. Raises LOG_NOT_FOUND, with what was probably meant. */
export async function demandModelInLog(log: string, model: string): Promise<number> {
  const known = await modelsInLog(log);
  const share = known.get(model);
  if (share !== undefined) return share;
  throw fail('LOG_NOT_FOUND', {
    message: `The log has no prediction of the model ${JSON.stringify(model)}.`,
    where: log,
    hint: knownText(model, [...known.keys()]),
  });
}

/** What is said to somebody who named a model that the log does not know. */
function knownText(model: string, known: readonly string[]): string {
  const near = nearest(model, known);
  if (near !== null) return `Did you mean ${JSON.stringify(near)}?`;
  if (known.length > 0) return `It has ${known.join(', ')}.`;
  return 'It has none at all yet: `serve --log` and `batch --log` write it.';
}
