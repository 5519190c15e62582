import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail, isSlipwayError, type Launch, launchFacts, parseReference } from '@slipway/core';
import { type Model, openModel, readLaunch } from '../open-model.ts';
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
export async function checkLaunch(path: string): Promise<LaunchCheck> {
  const { launch } = await readLaunch(path);
  const facts = launchFacts(launch).map(({ number, name, documented, text }): Finding => {
    return { name: `${number} ${name}`, verdict: documented ? 'pass' : 'fail', text };
  });
  const truths = await findTruths(path, launch);
  const verdict = [...facts, ...truths].every((finding) => finding.verdict === 'pass') ? 'pass' : 'fail';
  return { model: launch.model, version: launch.version, verdict, facts, truths };
}

async function findTruths(path: string, launch: Launch): Promise<Finding[]> {
  const folder = dirname(resolve(path));
  const findings = [await finding('artifact and contract', () => openedText(path))];
  if (launch.monitoring?.reference) {
    const file = resolve(folder, launch.monitoring.reference);
    findings.push(
      await finding('reference', async () => {
        await demandFile(file, 'monitoring.reference');
        const fault = referenceFault(launch, parseReference(await readFile(file, 'utf8'), file));
        if (fault !== null) throw fail('REFERENCE_INVALID', { message: fault, where: file });
        return `${launch.monitoring?.reference} is of this model and contract`;
      }),
    );
  }
  if (launch.evaluation) {
    const { data } = launch.evaluation;
    findings.push(
      await finding('evaluation data', async () => {
        await demandFile(resolve(folder, data), 'evaluation.data');
        return `${data} is there`;
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
async function openedText(path: string): Promise<string> {
  const model = await openModel(path);
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
