import { type Clock, isSlipwayError } from '@slipway/core';
import type { Database } from '../registry/database/database.ts';
import { firstRow } from '../registry/database/database.ts';
import { openDatabase, registryOn } from '../registry/open-registry.ts';
import { schemaState } from '../registry/schema/migrate.ts';
import { migrations } from '../registry/schema/migrations.ts';
import { counted, instantText } from '../system/wording.ts';
import { broken, type Check, type Finding, findingOf, ok, skip, warn } from './run-checks.ts';

const waitMsMax = 4_000;
const skewMsWarn = 2_000;
const skewMsMax = 60_000;

/** The registry, without changing it: an older schema stays as it is. One connection for all that is asked. */
export function registryChecks(url: string, clock: Clock): readonly Check[] {
  let opened: Promise<Database> | null = null;
  const database = () => {
    opened ??= openDatabase({ url, waitMsMax, create: false });
    return opened;
  };
  const later = (name: string, ask: (open: Database) => Promise<Finding>): Check => ({
    name,
    async run() {
      // Its own line says why it cannot be opened, or that there is none.
      const open = await database()
        .then(async (each) => ((await stateOf(each)) === null ? null : each))
        .catch(() => null);
      return open === null ? skip('there is no registry to ask') : ask(open);
    },
  });
  return [
    { name: 'Registry', run: () => database().then(schemaFinding).catch(openingFault) },
    later('Audit log', (open) => auditFinding(open, clock)),
    later('Clock', (open) => clockFinding(open, clock)),
  ];
}

function stateOf(database: Database) {
  return database.read((transaction) => schemaState(transaction, database));
}

async function schemaFinding(database: Database): Promise<Finding> {
  const { where } = database;
  const ours = migrations.length;
  const state = await stateOf(database);
  if (state === null) return notYet(where);
  const { version, minimumReader } = state;
  if (minimumReader > ours) {
    return broken(`${where}: schema ${version}, this Slipway knows ${ours}`, 'Update Slipway here, too.');
  }
  if (version < ours) {
    return warn(
      `${where}: schema ${version}`,
      `The next command brings it to schema ${ours}. Back it up: slipway backup FILE`,
    );
  }
  return ok(`${where}, schema ${version}`);
}

/** On a new machine this is as it should be. */
function openingFault(error: unknown): Finding {
  if (!isSlipwayError(error) || error.code !== 'REGISTRY_NOT_FOUND') return findingOf(error);
  return notYet(error.where ?? '');
}

function notYet(where: string): Finding {
  return warn(`${where}: there is none yet`, 'The first `slipway push` makes it; else correct SLIPWAY_REGISTRY.');
}

async function auditFinding(database: Database, clock: Clock): Promise<Finding> {
  const verdict = await registryOn(database, clock).verifyAudit();
  if (!verdict.intact) {
    const isState = verdict.fault === 'state';
    return broken(
      `${isState ? 'the database is not what it says' : `${verdict.fault} at entry ${verdict.sequence}`}: ${verdict.message}`,
      'Keep the database as it is, and find out who wrote to it.',
    );
  }
  const { sequence, hash } = verdict.head;
  return ok(
    sequence === 0
      ? 'intact, no entries yet'
      : `intact, ${counted(sequence, 'entry', 'entries')}, head ${hash.slice(0, 12)}`,
  );
}

/** Against the clock of the database, and against the last change: who goes back in time makes an audit log that lies. */
async function clockFinding(database: Database, clock: Clock): Promise<Finding> {
  const last = await database.read((transaction) =>
    firstRow(transaction, 'SELECT at FROM slipway_audit ORDER BY sequence DESC LIMIT 1'),
  );
  const aheadMs = last === undefined ? 0 : Date.parse(String(last.at)) - clock.wallMs();
  if (aheadMs > skewMsWarn) {
    return broken(
      `the last change is ${seconds(aheadMs)} in the future`,
      'Set the clock of this machine, or find the one that was wrong.',
    );
  }
  if (database.dialect === 'sqlite')
    return ok(`${instantText(new Date(clock.wallMs()).toISOString())}, after the last change`);
  const beforeMs = clock.wallMs();
  const sql = 'SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::float8 AS now';
  const row = await database.read((transaction) => firstRow(transaction, sql));
  // The answer was made somewhere between the question and now.
  const skewMs = Math.abs(Number(row?.now) - (beforeMs + clock.wallMs()) / 2);
  if (skewMs <= skewMsWarn) return ok(`within ${seconds(Math.max(skewMs, 100))} of the database`);
  const found = `${seconds(skewMs)} apart from the database`;
  const hint = 'Let both machines take their time from a server (NTP).';
  return skewMs > skewMsMax ? broken(found, hint) : warn(found, hint);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
