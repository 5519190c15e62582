import { emitProgram } from './emit/emit-program.ts';
import type { Program, ProgramOutput } from './ir/program.ts';
import { transforms } from './math/index.ts';
import type { FeatureBatch, LaneValues, RowFunction } from './session.ts';
import type { TreeForms } from './trees/choose-forms.ts';

export interface CompiledProgram {
  /** Null where an output is free text. */
  readonly row: RowFunction | null;
  /** One array an output; they are used again by the next call. Gives the bits that `row` gives. */
  columns(batch: FeatureBatch): readonly LaneValues[];
  /** How tree steps run; empty without trees. */
  readonly forms: readonly TreeForms[];
}

type Columns = FeatureBatch['columns'];
type Output = Float32Array | Float64Array | Int32Array | string[];

interface Instance {
  readonly row: RowFunction;
  readonly columns: (columns: Columns, rows: number, outputs: readonly Output[]) => void;
}

/**
 * Turns a program into functions. A program of ours has no other way to fail than a bug. `pass` is as in `emitProgram`.
 */
export function compileProgram(program: Program, pass?: (program: Program) => Program): CompiledProgram {
  const emitted = emitProgram(program, pass);
  // The text holds nothing of the model but numbers and JSON literals; see emit/literal.ts.
  const make = new Function('tables', 'math', emitted.source) as (tables: unknown, math: unknown) => Instance;
  const instance = make(emitted.tables, transforms);
  const buffers = new OutputBuffers(program.outputs);
  return {
    row: program.outputs.some((output) => output.form === 'text') ? null : instance.row,
    columns: ({ columns, rows }) => {
      const outputs = buffers.of(rows);
      instance.columns(columns, rows, outputs);
      return outputs;
    },
    forms: emitted.forms,
  };
}

/** Output arrays that grow to the largest batch and are handed out again and again. */
class OutputBuffers {
  private readonly outputs: readonly ProgramOutput[];
  private whole: readonly Output[] = [];
  private capacity = -1;
  private views: readonly Output[] = [];
  private rows = -1;

  constructor(outputs: readonly ProgramOutput[]) {
    this.outputs = outputs;
  }

  of(rows: number): readonly Output[] {
    if (rows === this.rows) return this.views;
    if (rows > this.capacity) {
      this.capacity = rows;
      this.whole = this.outputs.map((output) => newOutput(output, rows));
    }
    this.rows = rows;
    this.views = this.whole.map((array) => (Array.isArray(array) ? array.slice(0, rows) : array.subarray(0, rows)));
    return this.views;
  }
}

function newOutput(output: ProgramOutput, rows: number): Output {
  switch (output.form) {
    case 'float32':
      return new Float32Array(rows);
    case 'float64':
      return new Float64Array(rows);
    case 'index':
      return new Int32Array(rows);
    case 'text':
      return new Array<string>(rows).fill('');
  }
}
