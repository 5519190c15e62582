/** Where a command writes. */
export interface Output {
  write(text: string): void;
  /** Whether a person looks at it: progress bars and colour only then. */
  readonly isTTY: boolean;
  /** Characters in a line of the terminal; 80 where there is none. */
  readonly columns: number;
}

/** All that a command may touch of its process. Tests pass their own. */
export interface Io {
  /** The answer, and with `--json` one document and nothing else. */
  readonly stdout: Output;
  /** Progress, notes and errors. */
  readonly stderr: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Records the exit code; the process ends when nothing is left to do. */
  exit(code: number): void;
}
