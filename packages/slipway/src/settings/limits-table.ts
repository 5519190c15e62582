import type { Setting } from './setting.ts';

/** What a limit of the server is. Its variable, its place in the settings file and its flag follow from its word. */
interface Limit {
  /** As the flag has it behind `--limit-`. */
  readonly word: string;
  readonly type: 'count' | 'bytes' | 'duration';
  readonly default: string;
  /** What is limited. */
  readonly description: string;
  /** What becomes of who goes beyond it. */
  readonly beyond: string;
}

/**
 * The limits of `slipway serve` that belong to a place and not to a model. Flags, variables, the settings file, the
 * reference page and the server itself all have them from here.
 */
export const limitsTable = {
  headerBytes: {
    word: 'header-bytes',
    type: 'bytes',
    default: '16KiB',
    description: 'Bytes of the request line and the headers together.',
    beyond: '431',
  },
  headers: {
    word: 'headers',
    type: 'count',
    default: '100',
    description: 'Headers of a request.',
    beyond: '431',
  },
  urlChars: {
    word: 'url-chars',
    type: 'count',
    default: '2048',
    description: 'Characters of the path of a request, with its query.',
    beyond: '414',
  },
  headersMs: {
    word: 'headers-time',
    type: 'duration',
    default: '10s',
    description: 'Time for the headers of a request to arrive, and for a new connection to bring any.',
    beyond: '408',
  },
  requestMs: {
    word: 'request-time',
    type: 'duration',
    default: '30s',
    description: 'Time for a whole request to arrive; the deadline of the model is mostly sooner.',
    beyond: '408',
  },
  // More than the 60 s of common load balancers, so that they close first.
  idleMs: {
    word: 'idle-time',
    type: 'duration',
    default: '72s',
    description: 'Time that a connection is kept without a request.',
    beyond: 'closed',
  },
  answerMs: {
    word: 'answer-time',
    type: 'duration',
    default: '30s',
    description: 'Time for a caller to take its answer while it takes nothing of it.',
    beyond: 'cut',
  },
  connections: {
    word: 'connections',
    type: 'count',
    default: '10000',
    description: 'Connections that are open at once.',
    beyond: 'closed',
  },
  connectionsOfAddress: {
    word: 'connections-of-address',
    type: 'count',
    default: '5000',
    description: 'Connections of one address that are open at once.',
    beyond: 'closed',
  },
  requestsOfConnection: {
    word: 'requests-of-connection',
    type: 'count',
    default: '1000000',
    description: 'Requests over one connection; the last one says `connection: close`.',
    beyond: 'closed',
  },
  waitingOfConnection: {
    word: 'waiting-of-connection',
    type: 'count',
    default: '32',
    description: 'Requests of one connection that wait behind another one for their answer (pipelining).',
    beyond: '503, then closed',
  },
  inFlight: {
    word: 'in-flight',
    type: 'count',
    default: '10000',
    description: 'Requests to models that are not answered yet.',
    beyond: '503',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof limitsTable;

/** Every limit as a number: a count, bytes, milliseconds. */
export type PlaceLimits = Readonly<Record<LimitName, number>>;

export const limitNames = Object.keys(limitsTable) as readonly LimitName[];

/** The entries of the table as settings. */
export function limitSettings(): Readonly<Record<LimitSetting, Setting>> {
  const entries = limitNames.map((name) => [limitSettingOf(name), settingOf(name)]);
  return Object.fromEntries(entries);
}

export type LimitSetting = `limit${Capitalize<LimitName>}`;

export function limitSettingOf(name: LimitName): LimitSetting {
  return `limit${name.charAt(0).toUpperCase()}${name.slice(1)}` as LimitSetting;
}

function settingOf(name: LimitName): Setting {
  const { word, type, default: standard, description } = limitsTable[name];
  return {
    variable: `SLIPWAY_LIMIT_${word.replaceAll('-', '_').toUpperCase()}`,
    key: `serve.limits.${word.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    type,
    default: standard,
    description,
    since: '0.1.0',
  };
}
