import { type Command, Option } from 'commander';
import type { EngineChoice } from '../../compose.ts';
import type { AuthMode } from '../../online/access/open-access.ts';
import { type LogLevel, logLevels } from '../../telemetry/log.ts';
import { durationOption, originsOption, portOption, threadsOption, workersOption } from '../option-values.ts';
import { withLimitOptions } from './limit-options.ts';
import { type LogOptions, withLogOptions } from './log-options.ts';

/** What `slipway serve` takes. */
export interface ServeOptions extends LogOptions {
  readonly host: string;
  readonly port: number;
  readonly grpcPort?: number;
  readonly models?: string;
  readonly watch?: boolean;
  readonly follow: number;
  readonly events?: string;
  readonly engine: EngineChoice;
  readonly threads?: number;
  readonly logLevel: LogLevel;
  readonly logFormat?: 'json' | 'text';
  readonly drainDelay: number;
  readonly drainTimeout: number;
  readonly workers: number;
  readonly auth: AuthMode;
  readonly jwtJwks?: string;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  readonly deadline?: number;
  readonly corsOrigins?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly json?: boolean;
}

const authModes: readonly AuthMode[] = ['auto', 'required', 'none'];
const engineChoices: readonly EngineChoice[] = ['auto', 'compiled', 'onnxruntime'];

export function withServeOptions(command: Command): Command {
  const described = withLimitOptions(withLogOptions(command)).argument(
    '[models...]',
    'launch files, or NAME@ALIAS or NAME@VERSION of the registry; default: launch.yaml',
  );
  return withCallerOptions(withRunOptions(withModelOptions(described))).option(
    '--json',
    'print the ready line as JSON',
  );
}

/** Where it listens, and what it serves. */
function withModelOptions(command: Command): Command {
  return command
    .addOption(new Option('--host <address>', 'the address to listen on').default('127.0.0.1').env('SLIPWAY_HOST'))
    .addOption(
      new Option('--port <port>', 'the port; 0 takes any that is free')
        .argParser(portOption)
        .default(8080)
        .env('SLIPWAY_PORT'),
    )
    .addOption(
      new Option('--grpc-port <port>', 'answer calls of gRPC too (Open Inference Protocol), on this port')
        .argParser(portOption)
        .env('SLIPWAY_GRPC_PORT'),
    )
    .option('--models <folder>', 'serve each model that has a subfolder here; new ones can be loaded by name')
    .option('--watch', 'serve changed files at once; a change that cannot be served leaves the model before it')
    .addOption(
      new Option('--follow <time>', 'how often the registry is asked whether NAME@ALIAS has moved; 0: never')
        .argParser(durationOption)
        .default(1000, '1s'),
    );
}

/** How it runs, and ends. */
function withRunOptions(command: Command): Command {
  return command
    .option('--events <file>', 'append every prediction to this file, one JSON document a line')
    .addOption(new Option('--engine <engine>', 'which engine serves').choices(engineChoices).default('auto'))
    .addOption(
      new Option(
        '--threads <count>',
        'threads that run the model where ONNX Runtime serves; default: one a core, at most 4; 0: in the thread of the server',
      )
        .argParser(threadsOption)
        .env('SLIPWAY_THREADS'),
    )
    .addOption(
      new Option('--workers <count>', 'processes that serve, with one port between them')
        .argParser(workersOption)
        .default(1)
        .env('SLIPWAY_WORKERS'),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged').choices(logLevels).default('info').env('SLIPWAY_LOG_LEVEL'),
    )
    .addOption(new Option('--log-format <format>', 'default: text on a terminal, else json').choices(['json', 'text']))
    .addOption(
      new Option('--drain-delay <time>', 'take new connections this long after readiness says 503')
        .argParser(durationOption)
        .default(0, '0s'),
    )
    .addOption(
      new Option('--drain-timeout <time>', 'then wait this long for requests in flight')
        .argParser(durationOption)
        .default(25_000, '25s'),
    );
}

/** Who may ask, and how. */
function withCallerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--auth <mode>', 'who must bring a key or a token; auto: all, if other machines reach the server')
        .choices(authModes)
        .default('auto')
        .env('SLIPWAY_AUTH'),
    )
    .addOption(
      new Option('--jwt-jwks <url>', 'take tokens (JWT) that are signed by the keys published here').env(
        'SLIPWAY_JWT_JWKS',
      ),
    )
    .addOption(new Option('--jwt-issuer <issuer>', 'the `iss` of those tokens').env('SLIPWAY_JWT_ISSUER'))
    .addOption(new Option('--jwt-audience <audience>', 'the `aud` of those tokens').env('SLIPWAY_JWT_AUDIENCE'))
    .addOption(new Option('--tls-cert <file>', 'serve https with this certificate chain (PEM)').env('SLIPWAY_TLS_CERT'))
    .addOption(new Option('--tls-key <file>', 'and this private key (PEM)').env('SLIPWAY_TLS_KEY'))
    .addOption(
      new Option('--deadline <time>', 'the longest that any request to a model may take; launch files only shorten it')
        .argParser(durationOption)
        .env('SLIPWAY_DEADLINE'),
    )
    .addOption(
      new Option(
        '--cors-origins <list>',
        'pages of these origins may ask from a browser; https://a.example,https://b.example',
      )
        .argParser(originsOption)
        .env('SLIPWAY_CORS_ORIGINS'),
    );
}
