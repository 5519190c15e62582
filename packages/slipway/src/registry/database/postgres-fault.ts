import { fail, isSlipwayError } from '@slipway/core';

/**
 * SQLSTATE classes and codes that speak of the server and not of our statement:
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const unavailable: readonly (readonly [prefix: string, reason: string])[] = [
  ['08', 'the connection broke'],
  ['28', 'it does not let us in'],
  ['3D000', 'there is no such database'],
  ['53100', 'its disk is full'],
  ['53', 'it has no room left'],
  ['55P03', 'another transaction holds it'],
  ['57014', 'a statement took too long'],
  ['57P', 'it is stopping or starting'],
  ['58', 'its machine reports an error'],
  ['25006', 'it is read-only'],
  ['25P03', 'a transaction took too long'],
  ['42501', 'its user may not do that'],
  ['40', 'another transaction was in the way'],
];

/** No schema to create in, or none of that name: `search_path` names one that is not there. */
const noSchema = '3F000';

/** A parameter that PostgreSQL cannot hold as text. */
const notText = '22021';

/** Messages of the client for a server that went silent: they carry no code. */
const silent = /timeout|terminated|Connection ended|not queryable|Client was closed/i;

/** What was going on when the error came. */
export type Stage = 'connecting' | 'working' | 'committing';

/** Makes of an error of PostgreSQL what the registry promises; passes every other on. */
export function postgresFault(where: string): (error: unknown, stage: Stage) => unknown {
  return (error, stage) => {
    if (isSlipwayError(error) || !(error instanceof Error)) return error;
    if ((error as { code?: unknown }).code === notText) {
      return fail('REGISTRY_NAME', {
        message: 'A name holds a NUL, which no name or text of the registry has.',
        where,
      });
    }
    if ((error as { code?: unknown }).code === noSchema) {
      return fail('REGISTRY_SCHEMA', {
        message: `The schema that the address of the registry names is not in the database (${error.message}).`,
        where,
        cause: error,
      });
    }
    // Before there is a connection, no error can be one of our statements.
    const reason = reasonOf(error) ?? (stage === 'connecting' ? 'it cannot be reached' : null);
    if (reason === null) return error;
    const committing = stage === 'committing';
    const outcome = committing
      ? 'The last change may or may not have been made: look, and do it again if it was not.'
      : 'Nothing was changed.';
    return fail('REGISTRY_UNAVAILABLE', {
      message: `The registry cannot be used: ${reason} (${messageOf(error)}). ${outcome}`,
      where,
      details: { outcome: committing ? 'unknown' : 'unchanged' },
      cause: error,
    });
  };
}

function reasonOf(error: Error): string | null {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) {
    return unavailable.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
  }
  // Codes of the operating system: ECONNREFUSED, ENOTFOUND, ETIMEDOUT and their kin.
  if (typeof code === 'string' && /^E[A-Z_]+$/.test(code) && !code.startsWith('ERR_')) return 'it cannot be reached';
  return silent.test(error.message) ? 'it does not answer' : null;
}

/** An attempt at several addresses fails with several errors, and a message that is empty. */
function messageOf(error: Error): string {
  return error.message || String((error as { code?: unknown }).code);
}
