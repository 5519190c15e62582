import { readFile, stat } from 'node:fs/promises';
import { fail, isSlipwayError, type Launch, launchFacts, parseReference } from '@slipway/core';
import type { ModelFiles } from '../artifact/model-files.ts';
import { findModel } from '../find-model.ts';
import { type Model, openModel, readLaunch } from '../open-model.ts';
import { processSurroundings, type Surroundings } from '../registry/place.ts';
import { referenceFault } from './reference-fault.ts';

/** One thing that a launch must have or be, and whether it is so. */
export interface Finding {
  readonly name: string;
  readonly verdict: 'pass' | 'fail';
  /** What was found, or what to do. */
  readonly text: string;
}

export interface LaunchCheck {
  readonly model: string;
  readonly version: string;
  readonly verdict: 'pass' | 'fail';
  /** The eight facts, in order. */
  readonly facts: readonly Finding[];
  /** Whether the facts are true of the artifact and the files beside it. */
  readonly truths: readonly Finding[];
}

/**
 * Checks whether a launch file documents its eight facts and whether they are true. A launch file that cannot be read
 * at all is an error; everything else is a finding.
 */
export async function checkLaunch(
  path: string,
  surroundings: Surroundings = processSurroundings(),
): Promise<LaunchCheck> {
  const found = await findModel(path, surroundings);
  const { launch } = await readLaunch(found.launchPath, found.name);
  const facts = launchFacts(launch).map(({ number, name, documented, text }): Finding => {
    return { name: `${number} ${name}`, verdict: documented ? 'pass' : 'fail', text };
  });
  const truths = await findTruths(launch, found.files(launch), () => openModel(path, { surroundings }));
  const verdict = [...facts, ...truths].every((finding) => finding.verdict === 'pass') ? 'pass' : 'fail';
  return { model: launch.model, version: launch.version, verdict, facts, truths };
}

async function findTruths(launch: Launch, files: ModelFiles, open: () => Promise<Model>): Promise<Finding[]> {
  const findings = [await finding('artifact and contract', () => openedText(open))];
  const file = files.reference;
  if (file !== null) {
    findings.push(
      await finding('reference', async () => {
        await demandFile(file, 'monitoring.reference');
        const fault = referenceFault(launch, parseReference(await readFile(file, 'utf8'), file));
        if (fault !== null) throw fail('REFERENCE_INVALID', { message: fault, where: file });
        return `${launch.monitoring?.reference} is of this model and contract`;
      }),
    );
  }
  // A version of the registry comes without the data that it was evaluated on.
  const data = files.evaluation;
  if (data !== null) {
    findings.push(
      await finding('evaluation data', async () => {
        await demandFile(data, 'evaluation.data');
        return `${launch.evaluation?.data} is there`;
      }),
    );
  }
  return findings;
}

async function demandFile(path: string, field: string): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (info?.isFile()) return;
  const message = info === null ? 'There is no file at this path.' : 'The path is not a file.';
  const hint = `Put the file there, or correct ${field}: a path relative to the launch file.`;
  throw fail('INPUT_NOT_FOUND', { message, where: path, hint });
}

/** Opening a model checks digest, graph, contract, engine proof and golden rows; what fails first is the finding. */
async function openedText(open: () => Promise<Model>): Promise<string> {
  const model = await open();
  await model.close();
  const golden = model.launch.golden === null ? '' : ', and gives the outputs of its golden rows';
  return `the artifact fits the contract, is served by ${servedBy(model)}${golden}`;
}

function servedBy({ engine }: Model): string {
  return engine.session.engine === 'compiled' ? 'the compiled engine' : 'ONNX Runtime';
}

async function finding(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, verdict: 'pass', text: await look() };
  } catch (thrown) {
    if (isSlipwayError(thrown)) {
      const where = thrown.where === undefined ? '' : ` (${thrown.where})`;
      return { name, verdict: 'fail', text: `${thrown.code}: ${thrown.message}${where} ${thrown.hint}` };
    }
    return { name, verdict: 'fail', text: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
