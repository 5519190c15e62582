import { monitoringComparisons } from '../packages/core/src/monitoring/goldens/comparisons.ts';
import { statisticsComparisons } from '../packages/core/src/statistics/goldens/comparisons.ts';
import { compareGoldens, type GoldenResult, readGoldens } from '../testkit/src/index.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** The reference page of the statistics: every quantity, which tool it was compared with, and how far they are apart. */
export function statisticsFiles(): readonly GeneratedFile[] {
  const results = rooms.flatMap(({ folder, comparisons }) =>
    compareGoldens(readGoldens(new URL(`../packages/core/src/${folder}/goldens/`, import.meta.url)), comparisons),
  );
  const tools = Map.groupBy(results, ({ tool, version }) => `${tool} ${version}`);
  const content = [
    markdownMark('the golden numbers of packages/core/src/*/goldens'),
    intro(results),
    ...[...tools].map(([tool, of]) => section(tool, of)),
  ].join('\n');
  return [{ path: 'docs/reference/statistics.md', content }];
}

/** Folders of core that have golden numbers. */
const rooms = [
  { folder: 'statistics', comparisons: statisticsComparisons },
  { folder: 'monitoring', comparisons: monitoringComparisons },
];

function intro(results: readonly GoldenResult[]): string {
  const values = results.reduce((sum, result) => sum + result.values, 0);
  return `# Statistics

${values} golden numbers in ${results.length} sets: what other tools compute, stored as data beside the code, and the largest
difference between them and ours. The tests demand what the column *bound* says. A difference is relative to the tool's
value (rel), absolute (abs), or relative above 1 and absolute below (mixed). The scripts that made the numbers stand
beside them, with the versions that they need.

What the verdicts made of these claim, and what they don't: [verdicts](../concepts/verdicts.md).
`;
}

function section(tool: string, results: readonly GoldenResult[]): string {
  const rows = results.map(
    ({ set, comparison, values, largest }) =>
      `| ${cell(set.quantity)} | \`${comparison.ours}\` | \`${set.function}\` | ${values} | ${upTo(largest)} | ${comparison.within.toExponential(0)} ${measures[comparison.measure]} |\n`,
  );
  const relations = results.flatMap(({ set, comparison }) =>
    comparison.relation === undefined ? [] : [`- **${set.quantity}**: ${comparison.relation}\n`],
  );
  return `## ${tool}

| Quantity | Ours | Theirs | Values | Largest difference | Bound |
| --- | --- | --- | --: | --: | --: |
${rows.join('')}${relations.length === 0 ? '' : `\nHow the definitions relate:\n\n${relations.join('')}`}`;
}

const measures = { relative: 'rel', absolute: 'abs', mixed: 'mixed' } as const;

/** The next power of ten above: the last digits may differ where another engine computes exp and log. */
function upTo(largest: number): string {
  return largest === 0 ? '0' : `< 1e${Math.floor(Math.log10(largest)) + 1}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
