import { realModels } from '../testkit/src/index.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';
import { type ModelReport, reportOf } from './real-model-report.ts';

/** The reference page of the models that libraries trained: every model, the engine that serves it, and how it agrees. */
export function realModelFiles(): readonly GeneratedFile[] {
  const reports = realModels().map(reportOf);
  const groups = Map.groupBy(reports, ({ model }) => model.group);
  const content = [
    markdownMark('testkit/real-models'),
    intro(reports),
    inTheWay(reports),
    ...[...groups].map(([group, of]) => section(group, of)),
    differences(reports),
  ].join('\n');
  return [{ path: 'docs/reference/real-models.md', content }];
}

function intro(reports: readonly ModelReport[]): string {
  const rows = reports.reduce((sum, { model }) => sum + model.rows.length, 0);
  return `# Models of scikit-learn, XGBoost and LightGBM

${reports.length} models that these libraries trained and that skl2onnx and onnxmltools converted, with ${rows} rows:
seen and mixed ones, missing values, unknown categories, numbers on a threshold and beside it. The tests run every model
in every engine. The models, their rows and what makes them are in
[testkit/real-models](../../testkit/real-models/README.md).

| Group | Models | Compiled | of them equal in every bit | ONNX Runtime |
| --- | --: | --: | --: | --: |
${[...Map.groupBy(reports, ({ model }) => model.group)].map(([group, of]) => countRow(group, of)).join('\n')}
${countRow('**all**', reports)}

- **Equal bits** and **difference**: the compiled engine against ONNX Runtime 1.30.0, over labels and scores. All bits
  are promised where the column says *all*: the model has only operators that are defined to the last bit. Elsewhere
  sums run in another order, or functions such as exp are computed in another way.
- **Labels** and **scores**: the engine that serves against the library that trained; scikit-learn and LightGBM compute in
  float64, XGBoost in float32. Rows that the converter changed are counted in the labels and left out of the scores; they
  are listed at the end.
- Differences are relative above 1.
`;
}

function countRow(group: string, reports: readonly ModelReport[]): string {
  const compiled = reports.flatMap(({ againstRuntime }) => (againstRuntime === null ? [] : [againstRuntime]));
  const equal = compiled.filter((found) => found.equal === found.values);
  return `| ${group} | ${reports.length} | ${compiled.length} | ${equal.length} | ${reports.length - compiled.length} |`;
}

function inTheWay(reports: readonly ModelReport[]): string {
  const refused = reports.flatMap(({ model, compiled }) =>
    compiled.kind === 'refused' ? [{ name: model.name, op: compiled.op, reason: compiled.reason }] : [],
  );
  const rows = [...Map.groupBy(refused, ({ op, reason }) => `\`${op}\` | ${reason}`)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([cause, of]) => `| ${cause} | ${of.map(({ name }) => name).join(', ')} |`);
  return `## What ONNX Runtime serves, and why

| Operator in the way | Reason | Models |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function section(group: string, reports: readonly ModelReport[]): string {
  const title = `${group.charAt(0).toUpperCase()}${group.slice(1)}`;
  return `## ${title}

| Model | What it is | Library | Data | Operators | Engine | Rows | Equal bits | Difference | Labels | Scores |
| --- | --- | --- | --- | --- | --- | --: | --: | --: | --: | --: |
${reports.map(tableRow).join('\n')}
`;
}

function tableRow({ model, operators, exact, againstRuntime, labels, scores }: ModelReport): string {
  const compiled = againstRuntime !== null;
  const share = compiled ? (100 * againstRuntime.equal) / againstRuntime.values : 0;
  const cells = [
    model.name,
    model.title,
    model.library,
    model.data,
    operators.join(' '),
    compiled ? 'compiled' : 'ONNX Runtime',
    model.rows.length,
    compiled ? (exact ? 'all' : `${Math.floor(share * 10) / 10} %`) : '',
    compiled ? difference(againstRuntime.largest) : '',
    labels.of === 0 ? '' : `${labels.equal} of ${labels.of}`,
    scores.values === 0 ? '' : difference(scores.largest),
  ];
  return `| ${cells.join(' | ')} |`;
}

function difference(largest: number): string {
  return largest === 0 ? '0' : largest.toExponential(1);
}

function differences(reports: readonly ModelReport[]): string {
  const changed = reports.flatMap(({ model }) =>
    model.converter_difference === null
      ? []
      : [`| ${model.name} | ${model.converter_difference.rows.length} | ${model.converter_difference.cause} |`],
  );
  return `## Where the converted model is another one than the library's

The converter changed these before any engine saw them. Both engines agree on them.

| Model | Rows that differ | Cause |
| --- | --: | --- |
${changed.join('\n')}
`;
}
