import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ArtifactDescription, describeArtifact } from '../../artifact/describe-artifact.ts';
import { readArtifact } from '../../artifact/read-artifact.ts';
import { type RefusedGroup, refusedOperators } from '../../artifact/refused-operators.ts';
import { type Model, openModel } from '../../open-model.ts';
import type { Io } from '../io.ts';
import { bytesText, labelledLines } from '../lines.ts';
import { contractLines, engineJson, engineLines } from '../model-lines.ts';
import { styleFor } from '../style.ts';
import { modelPlaceOf } from '../surroundings.ts';

const examples = `
Examples:
  slipway inspect                    the launch file of this folder, its artifact and its engine
  slipway inspect model.onnx         an artifact alone
  slipway inspect launch.yaml --json
  slipway inspect learner-risk@production`;

export function configure(command: Command, io: Io): void {
  command
    .argument('[path]', 'a launch file, an artifact (*.onnx), or NAME@ALIAS of the registry', 'launch.yaml')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(async (path: string, options: { json?: boolean }) => {
      if (path.endsWith('.onnx')) {
        return printArtifact(describeArtifact(await readArtifact(resolve(io.cwd, path), null)), options, io);
      }
      const model = await openModel(path, { ...modelPlaceOf(io) });
      try {
        printModel(model, options, io);
      } finally {
        await model.close();
      }
    });
}

function printArtifact(artifact: ArtifactDescription, options: { json?: boolean }, io: Io): void {
  io.stdout.write(options.json ? `${JSON.stringify({ artifact }, null, 2)}\n` : artifactText(artifact, io));
}

function printModel(model: Model, options: { json?: boolean }, io: Io): void {
  const artifact = describeArtifact(model.artifact);
  const refused = refusedBy(model);
  const { model: name, version, input, output } = model.launch;
  if (options.json) {
    const contract = { input: input.features, unit: input.unit, context: input.context, output: output.fields };
    const all = { model: name, version, artifact, contract, engine: engineJson(model.engine, refused) };
    io.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const { bold } = styleFor(io.stdout, io.env);
  io.stdout.write(`${bold(`${name} ${version}`)}\n\n${artifactText(artifact, io)}\n`);
  io.stdout.write(
    `${bold('Contract')}\n${contractLines(model.launch)}\n${bold('Engine')}\n${engineLines(model.engine, refused)}`,
  );
}

/** What stands in the way of the compiler, where ONNX Runtime serves. */
function refusedBy({ artifact, engine: { session } }: Model): readonly RefusedGroup[] {
  return session.engine === 'compiled' ? [] : refusedOperators(artifact, session.binding);
}

function artifactText(artifact: ArtifactDescription, io: Io): string {
  const operators = artifact.operators.map(({ name, count }) => (count === 1 ? name : `${name} ×${count}`));
  const several = (label: string, texts: readonly string[]) =>
    texts.map((text, index): [string, string] => [index === 0 ? label : '', text]);
  const rows: [string, string][] = [
    ['file', `${artifact.path}, ${bytesText(artifact.bytes)}`],
    ['digest', artifact.digest],
    ['made by', `${artifact.producer || 'unknown'} (${artifact.opsets.join(', ')})`],
    ['operators', operators.join(', ')],
    ...several('inputs', artifact.inputs),
    ...several('outputs', artifact.outputs),
  ];
  return `${styleFor(io.stdout, io.env).bold('Artifact')}\n${labelledLines(rows)}`;
}
