// Hours of a server's life in minutes: npm run soak -- [--minutes 10] [--short]. Exits with 1 where an answer was wrong,
// an error has no cause that the soak made itself, or memory grows.
import { parseArgs } from 'node:util';
import { watchMachine } from '../machine-load.ts';
import { printReport, storeReport } from '../report.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string' }, short: { type: 'boolean' } } });
const isShort = values.short === true;
const minutes = Number(values.minutes ?? (isShort ? 1 : 10));
if (!(minutes > 0)) throw new Error(`--minutes is ${values.minutes}; it must be a number above 0.`);

const machine = watchMachine();
const found = await soak({ minutes, short: isShort });
const report = { ...found, load: machine.end() };
printReport(report);
console.log(JSON.stringify(report.details, null, 2));
if (!isShort) storeReport(report);
process.exitCode = report.targets.every(({ met }) => met) ? 0 : 1;
