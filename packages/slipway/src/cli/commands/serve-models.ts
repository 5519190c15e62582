import { readFile } from 'node:fs/promises';
import { type Predictor, parseGolden } from '@slipway/core';
import { keepUp } from '../../online/models/keep-up.ts';
import { warmUp } from '../../online/models/warm-up.ts';
import { exampleRecord } from '../../online/openapi/example-record.ts';
import type { OnlineLog } from '../../online/ports.ts';
import { type Model, type OpenModelOptions, openModel } from '../../open-model.ts';
import { isAlias, parseReference } from '../../registry/model-reference.ts';
import type { RegistryWatch } from '../../registry/watch-registry.ts';
import { nextTurn } from '../../system/next-turn.ts';

export interface ServeModelsOptions {
  readonly log: OnlineLog;
  readonly watch: RegistryWatch;
  readonly opening: OpenModelOptions;
}

/**
 * Opens a model for the server: warm, and with the version beside it that answers where the launch file's fallback is
 * another one. From the registry, its kill switch is known before anything is answered.
 */
export async function openServedModel(reference: string, options: ServeModelsOptions): Promise<Model> {
  const { log, watch, opening } = options;
  const beside: Beside = { model: null, stop: () => {} };
  const onWarning = (reason: string) =>
    log.warn({ reference, reason }, 'the registry does not answer; serving the version that it last named');
  const model = await openModel(reference, { ...opening, onWarning, otherVersion: () => predictorOf(beside.model) });
  const use = model.launch.fallback?.use;
  if (model.version !== null || use?.kind === 'version') await watch.begin();
  if (use?.kind === 'version') await openBeside(beside, model, use.version, options);
  await warmUp(model.predictor, await recordsOf(model), nextTurn);
  return {
    ...model,
    async close() {
      beside.stop();
      await Promise.all([model.close(), beside.model?.close()]);
    },
  };
}

/** The version that answers in place of another. */
interface Beside {
  model: Model | null;
  stop: () => void;
}

function predictorOf(model: Model | null): Predictor | null {
  return model?.predictor ?? null;
}

/** Opens the other version, and keeps it in step with its alias until `stop` is called. */
async function openBeside(beside: Beside, model: Model, at: string, options: ServeModelsOptions): Promise<void> {
  const { log, watch, opening } = options;
  const { model: name, version } = model.launch;
  const reference = `${name}@${at}`;
  const facts = { model: name, version, fallback: reference };
  const tell = (reason: string | null) =>
    reason !== null && log.warn({ ...facts, reason }, 'there is no other version to fall back to');
  let told: string | null = null;
  const trouble = (error: { readonly message: string } | null) => {
    const reason = error?.message ?? null;
    if (reason !== told) tell(reason);
    told = reason;
  };
  const open = () => openModel(reference, { ...opening, sink: null, onWarning: () => {} });
  try {
    beside.model = await open();
  } catch (thrown) {
    trouble(thrown as Error);
  }
  const asked = parseReference(reference);
  if (asked === null || !isAlias(asked)) return;
  const put = (next: Model) => {
    const before = beside.model;
    beside.model = next;
    void before?.close();
  };
  const keeper = keepUp<Model>({ log, served: beside.model?.launch.version ?? '', open, put, trouble });
  // The version itself would fail as it did; a promotion makes it `previous` just before it is closed.
  const leadsTo = (to: string) => to !== version && keeper.want(to);
  const unfollow = watch.follow(asked, { leadsTo, isLost: keeper.lose });
  beside.stop = () => {
    unfollow();
    keeper.end();
  };
}

/** Golden rows are like what callers send; else a record that the contract accepts. */
async function recordsOf({ files, launch }: Model): Promise<readonly unknown[]> {
  if (files.golden === null) return [exampleRecord(launch.input)];
  return parseGolden(await readFile(files.golden, 'utf8'), files.golden).rows.map(({ record }) => record);
}
