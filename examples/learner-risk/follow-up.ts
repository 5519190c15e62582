// Whom the model flagged, and who needed support: npx node follow-up.ts model/holdout.csv place model/launch.yaml
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { importOutcomes, joinWithLog, openLogSink, openModel, systemClock } from 'slipway';

const [learners = 'holdout.csv', place = '.slipway', launch = 'launch.yaml'] = process.argv.slice(2);
const log = join(place, 'log');
await mkdir(place, { recursive: true });

// Today: every prediction goes into the log. A server does the same in its route.
const sink = await openLogSink({ folder: log, clock: systemClock, onError: console.error });
const model = await openModel(launch, { sink });
const duckdb = await (await DuckDBInstance.create()).connect();
const rows = await duckdb.runAndReadAll('SELECT * FROM read_csv($learners)', { learners });
const happened: object[] = [];
for (const { needed_support, ...record } of rows.getRowObjectsJson()) {
  const { predictionId } = await model.predict(record);
  happened.push({ prediction_id: predictionId, needed_support: needed_support === '1' });
}
await model.close();
await sink.close();

// A term later: what happened comes as a file.
const path = join(place, 'happened.ndjson');
await writeFile(path, happened.map((line) => `${JSON.stringify(line)}\n`).join(''));
const source = { path, format: 'ndjson' } as const;
const outcomes = join(place, 'outcomes');
const options = { folder: outcomes, source, columns: {}, model: null, nowMs: Date.now() };
await importOutcomes({ ...options, units: { key: null, hide: false } });

const dayMs = 86_400_000;
const rule = { horizonMs: 30 * dayMs, windowMs: 30 * dayMs };
const asked = { folder: outcomes, log, model: model.launch.model, limit: null };
const joined = await joinWithLog({ ...asked, ...rule });
const flagged = joined.rows.filter(({ outputs }) => outputs.needs_support);
const rightly = flagged.filter(({ outcome }) => outcome.needed_support);
console.log(`${joined.counts.joined} learners, ${flagged.length} flagged, ${rightly.length} of them needed support`);
