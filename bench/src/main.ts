// Every bench, one after the other: npm run bench [-- --short] [-- NAME ...]
import { watchMachine } from './machine-load.ts';
import { type BenchReport, printReport, storeReport } from './report.ts';

interface Bench {
  readonly name: string;
  readonly load: () => Promise<{ run(options: { readonly short: boolean }): Promise<BenchReport> }>;
}

const benches: readonly Bench[] = [
  { name: 'start-up', load: () => import('./start-up.ts') },
  { name: 'compiled-trees', load: () => import('./compiled-trees.ts') },
  { name: 'compile', load: () => import('./compile.ts') },
  { name: 'pipelines', load: () => import('./pipelines.ts') },
  { name: 'networks', load: () => import('./networks.ts') },
  { name: 'batch', load: () => import('./batch.ts') },
  { name: 'serve', load: () => import('./serve.ts') },
  { name: 'overload', load: () => import('./overload.ts') },
  { name: 'batching', load: () => import('./batching.ts') },
  { name: 'swap', load: () => import('./swap.ts') },
  { name: 'log', load: () => import('./log.ts') },
  { name: 'registry', load: () => import('./registry.ts') },
];

const words = process.argv.slice(2);
const short = words.includes('--short');
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
if (unknown !== undefined) {
  console.error(`There is no bench ${unknown}; there are ${benches.map((bench) => bench.name).join(', ')}.`);
  process.exit(2);
}

for (const bench of benches) {
  if (names.length > 0 && !names.includes(bench.name)) continue;
  const machine = watchMachine();
  const found = await (await bench.load()).run({ short });
  const report = { ...found, load: machine.end() };
  printReport(report);
  // A short run shows that the bench works; figures that are quoted come from a whole one.
  if (!short) storeReport(report);
}
