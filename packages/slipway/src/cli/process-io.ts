import type { Io, Output } from './io.ts';

/** The Io of the running process. */
export function processIo(): Io {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    cwd: process.cwd(),
    env: process.env,
    exit: (code) => {
      process.exitCode = code;
    },
  };
}

/** What is thrown where no command can catch it is reported like any other error, and ends the process. */
export function reportCrashes(argv: readonly string[], io: Io): void {
  // Once: an error while this one is reported is Node's to print, or it would come back here for ever.
  process.once('uncaughtException', async (thrown) => {
    const { reportError } = await import('./report-error.ts');
    reportError(thrown, argv, io);
    process.exit();
  });
}

function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on('error', endQuietly);
  return {
    write: (text) => {
      stream.write(text);
    },
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

/** The reader of a pipe has gone (`slipway inspect | head -1`): there is nobody left to tell. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}
