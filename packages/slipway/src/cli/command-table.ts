import type { Command } from 'commander';
import type { Io } from './io.ts';

/** What a file in `commands/` exports. */
export interface CommandModule {
  /** Declares arguments, options, examples and the action on a command that has its name and summary already. */
  configure(command: Command, io: Io): void;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** The heading under which the help of `slipway` lists it. */
  readonly group: string;
  /** Only the command that is asked for is loaded: the others would only cost start-up. */
  readonly load: () => Promise<CommandModule>;
  /** It reads the settings itself, to show them as they are. */
  readonly plain?: true;
}

/** Every command, in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'make a folder with an example: data, a trained model and its launch file',
    group: 'Make a model to launch:',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'train',
    summary: 'train a baseline classifier from a CSV file and write its launch file',
    group: 'Make a model to launch:',
    load: () => import('./commands/train.ts'),
  },
  {
    name: 'import',
    summary: 'bring a model in from ONNX, XGBoost, LightGBM or scikit-learn, and write its launch file',
    group: 'Make a model to launch:',
    load: () => import('./commands/import.ts'),
  },
  {
    name: 'inspect',
    summary: 'show what is in a model, its contract, and which engine serves it and why',
    group: 'Look before launch:',
    load: () => import('./commands/inspect.ts'),
  },
  {
    name: 'check',
    summary: 'check that the launch file documents its eight facts, and that they are true of the model',
    group: 'Look before launch:',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'batch',
    summary: 'score a CSV, Parquet or NDJSON file; every row is accounted for',
    group: 'Launch:',
    load: () => import('./commands/batch.ts'),
  },
  {
    name: 'serve',
    summary: 'serve the model over HTTP',
    group: 'Launch:',
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'log',
    summary: 'find predictions in the prediction log, query, compact or erase them',
    group: 'Look after launch:',
    load: () => import('./commands/log.ts'),
  },
  {
    name: 'replay',
    summary: 'run a logged prediction again on another version',
    group: 'Look after launch:',
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'outcomes',
    summary: 'import what really happened, and join it with the predictions',
    group: 'Look after launch:',
    load: () => import('./commands/outcomes.ts'),
  },
  {
    name: 'push',
    summary: 'add a version of the model to the registry',
    group: 'Keep versions:',
    load: () => import('./commands/push.ts'),
  },
  {
    name: 'promote',
    summary: 'point an alias, such as production, to a version',
    group: 'Keep versions:',
    load: () => import('./commands/promote.ts'),
  },
  {
    name: 'rollback',
    summary: 'point production back to the version before',
    group: 'Keep versions:',
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'fallback',
    summary: 'switch a model off, so that its fallback answers, and on again',
    group: 'Keep versions:',
    load: () => import('./commands/fallback.ts'),
  },
  {
    name: 'versions',
    summary: 'list the models of the registry, or the versions of one',
    group: 'Keep versions:',
    load: () => import('./commands/versions.ts'),
  },
  {
    name: 'show',
    summary: 'show a version, a run or a launch file in full',
    group: 'Keep versions:',
    load: () => import('./commands/show.ts'),
  },
  {
    name: 'approve',
    summary: 'agree, as a second person, to a change that waits for it',
    group: 'Keep versions:',
    load: () => import('./commands/approve.ts'),
  },
  {
    name: 'approvals',
    summary: 'list what waits for approval, and say which models ask for it',
    group: 'Keep versions:',
    load: () => import('./commands/approvals.ts'),
  },
  {
    name: 'audit',
    summary: 'show who changed what and why, and verify that the log is whole',
    group: 'Keep versions:',
    load: () => import('./commands/audit.ts'),
  },
  {
    name: 'delete',
    summary: 'delete a version that nothing points to',
    group: 'Keep versions:',
    load: () => import('./commands/delete.ts'),
  },
  {
    name: 'gc',
    summary: 'remove files from the artifact store that no version names',
    group: 'Keep versions:',
    load: () => import('./commands/gc.ts'),
  },
  {
    name: 'keys',
    summary: 'make, list and revoke API keys',
    group: 'Run a place:',
    load: () => import('./commands/keys.ts'),
  },
  {
    name: 'config',
    summary: 'show the settings in force, and where each comes from',
    group: 'Run a place:',
    load: () => import('./commands/config.ts'),
    plain: true,
  },
  {
    name: 'doctor',
    summary: 'try every connection, and say what is wrong and what to do',
    group: 'Run a place:',
    load: () => import('./commands/doctor.ts'),
    plain: true,
  },
  {
    name: 'backup',
    summary: 'save the registry, and with --artifacts the model files, while everybody works on',
    group: 'Run a place:',
    load: () => import('./commands/backup.ts'),
  },
  {
    name: 'restore',
    summary: 'restore a backup into an empty registry, of either database, and verify it',
    group: 'Run a place:',
    load: () => import('./commands/restore.ts'),
  },
];
