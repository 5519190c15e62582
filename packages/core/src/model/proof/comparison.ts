import type { Program } from '../ir/program.ts';
import type { Binding, FeatureBatch, LaneValues, Session } from '../session.ts';
import { laneNames, rowOf } from './golden.ts';
import { type Bound, scoreTolerance, wideScoreTolerance } from './tolerance.ts';
import type { Proof } from './types.ts';

/** Rows of a batch that are also run one by one. */
const singleRowsMax = 50;

/** Share of a lane's rows whose bound may say nothing: beyond that, too few rows would be compared. */
const openShareMax = 0.75;

/** A bound of this share of a score says nothing of it. */
const wideBound = 0.1;

interface ComparedLane {
  readonly name: string;
  readonly kind: 'score' | 'label';
  readonly exact: boolean;
  /** What is allowed to a score that may differ, relative above 1. */
  readonly least: number;
  /** Rows whose bound says nothing of the value. */
  open: number;
}

/** Counts and differences over many batches. */
export class Comparison {
  private readonly binding: Binding;
  private readonly lanes: readonly ComparedLane[];
  private rows = 0;
  private scores = 0;
  private bitEqual = 0;
  private differenceMax = 0;
  private toleranceMax = 0;
  private widelyApart = 0;
  private labels = 0;
  private withinMargin = 0;
  private differing = 0;
  private failure: string | null = null;

  /** `exact` says of each output lane whether every bit has to agree. */
  constructor(program: Program, binding: Binding, exact: readonly boolean[]) {
    this.binding = binding;
    const names = laneNames(binding);
    this.lanes = program.outputs.map((output, index) => {
      const isLabel = output.form === 'index' || output.form === 'text' || binding.outputs[index].type === 'int64';
      const kind = isLabel ? 'label' : 'score';
      const least = output.form === 'float64' ? wideScoreTolerance : scoreTolerance;
      return { name: names[index], kind, exact: exact[index], least, open: 0 };
    });
  }

  /** `expected` may hold more rows than the batch. */
  compare(
    batch: FeatureBatch,
    actual: readonly LaneValues[],
    expected: readonly LaneValues[],
    bounds: readonly Bound[],
  ): void {
    this.lanes.forEach((lane, index) => {
      const bound = bounds[index];
      for (let row = 0; row < batch.rows; row++) {
        const got = actual[index][row];
        const want = expected[index][row];
        if (lane.kind === 'score') this.score(lane, Number(got), Number(want), bound === null ? 0 : bound[row]);
        else this.label(lane, got, want, bound !== null && bound[row] > 0);
      }
    });
    this.rows += batch.rows;
  }

  /** Some rows of the batch, run alone, must give the bits that they gave among many. */
  compareRows(batch: FeatureBatch, session: Session): void {
    if (session.row === null) return;
    const many = session.run(batch);
    if (many instanceof Promise) return;
    const out = new Float64Array(this.lanes.length);
    for (let row = 0; row < Math.min(batch.rows, singleRowsMax); row++) {
      const { numbers, texts } = rowOf(batch, this.binding, row);
      session.row(numbers, texts, out);
      const lane = this.lanes.findIndex((_, index) => !Object.is(out[index], many[index][row]));
      if (lane >= 0)
        this.fail(`${this.lanes[lane].name} of one row alone is ${out[lane]}, among many ${many[lane][row]}`);
    }
  }

  fail(reason: string): void {
    this.failure ??= reason;
  }

  result(): Pick<Proof, 'rows' | 'scores' | 'labels' | 'verdict' | 'reason'> {
    const share = this.scores === 0 ? 1 : this.bitEqual / this.scores;
    if (this.rows === 0) this.fail('no row was answered that could be compared');
    for (const { name, open } of this.lanes) {
      if (open > openShareMax * this.rows)
        this.fail(`${name} depends so much on rounding that ${open} of ${this.rows} rows cannot be compared`);
    }
    return {
      rows: this.rows,
      scores: {
        compared: this.scores,
        bitEqualShare: share,
        exactLanes: this.lanes.filter((lane) => lane.kind === 'score' && lane.exact).length,
        differenceMax: this.differenceMax,
        widelyApart: this.widelyApart,
        open: this.lanes.reduce((sum, { kind, open }) => sum + (kind === 'score' ? open : 0), 0),
        toleranceMax: this.toleranceMax,
      },
      labels: { compared: this.labels, differingWithinMargin: this.withinMargin, differing: this.differing },
      verdict: this.failure === null ? 'pass' : 'fail',
      reason: this.failure ?? `${this.rows} rows agree; scores differ by at most ${this.differenceMax}`,
    };
  }

  private score(lane: ComparedLane, got: number, want: number, bound: number): void {
    this.scores += 1;
    if (bound > wideBound * Math.max(1, Math.abs(want))) lane.open += 1;
    if (Object.is(got, want)) {
      this.bitEqual += 1;
      return;
    }
    if (got === want) return;
    if (bound === 0) {
      this.fail(`${lane.name} is ${got}, ONNX Runtime has ${want}: here every bit must be equal`);
      return;
    }
    const difference = Math.abs(got - want);
    const allowed = Math.max(bound, lane.least * Math.max(1, Math.abs(want)));
    this.differenceMax = Math.max(this.differenceMax, difference);
    this.toleranceMax = Math.max(this.toleranceMax, allowed);
    if (difference > scoreTolerance) this.widelyApart += 1;
    // Written so that NaN on one side fails.
    if (!(difference <= allowed)) this.fail(`${lane.name} is ${got}, ONNX Runtime has ${want}`);
  }

  private label(lane: ComparedLane, got: number | string, want: number | string, open: boolean): void {
    this.labels += 1;
    if (open) lane.open += 1;
    if (got === want) return;
    if (open) {
      this.withinMargin += 1;
      return;
    }
    this.differing += 1;
    this.fail(`${lane.name} is ${String(got)}, ONNX Runtime has ${String(want)}`);
  }
}
