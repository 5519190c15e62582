// Scores a CSV file with the library: npx node score-file.ts learners_to_score.csv scored.csv launch.yaml
import { DuckDBInstance } from '@duckdb/node-api';
import { openModel } from 'slipway';

const [input = 'learners_to_score.csv', output = 'scored.csv', launch = 'launch.yaml'] = process.argv.slice(2);
const model = await openModel(launch);
const duckdb = await (await DuckDBInstance.create()).connect();

await duckdb.run('CREATE TABLE learners AS SELECT * FROM read_csv($input)', { input });
const learners = await duckdb.runAndReadAll(
  'SELECT hours_studied::DOUBLE AS hours_studied, quiz_score::DOUBLE AS quiz_score FROM learners',
);
const scored = await model.columns(learners.getColumnsObjectJS() as Record<string, number[]>);

await duckdb.run('CREATE TABLE scores (risk_score FLOAT)');
const appender = await duckdb.createAppender('scores');
const [risk] = scored.fields;
for (const score of risk.values as Float32Array) {
  appender.appendFloat(score);
  appender.endRow();
}
appender.closeSync();
await duckdb.run(`COPY (SELECT * FROM learners POSITIONAL JOIN scores) TO '${output}'`);
console.log(`${scored.rows} rows scored, ${scored.refused.length} refused`);
