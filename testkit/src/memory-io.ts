/** What a command wrote and answered, and the Io to give it: the shape of `Io` in slipway's `cli/io.ts`. */
export interface MemoryIo {
  readonly io: {
    readonly stdout: MemoryOutput;
    readonly stderr: MemoryOutput;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    exit(code: number): void;
  };
  /** All of stdout so far. */
  out(): string;
  /** All of stderr so far. */
  err(): string;
  /** The last exit code that was recorded; 0 when none was. */
  code(): number;
}

interface MemoryOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

export interface MemoryIoOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A process for a command to run in without one. */
export function memoryIo({ cwd = '/', env = {}, isTTY = false, columns = 80 }: MemoryIoOptions = {}): MemoryIo {
  const written = { out: '', err: '' };
  let exitCode = 0;
  const output = (name: 'out' | 'err'): MemoryOutput => ({
    write: (text) => {
      written[name] += text;
    },
    isTTY,
    columns,
  });
  const exit = (code: number) => {
    exitCode = code;
  };
  const io = { stdout: output('out'), stderr: output('err'), cwd, env, exit };
  return { io, out: () => written.out, err: () => written.err, code: () => exitCode };
}
