import type { Program } from '../ir/program.ts';
import type { Binding, FeatureBatch, LaneValues, Session } from '../session.ts';
import { laneNames, rowOf } from './golden.ts';
import { type RowTolerances, scoreTolerance } from './tolerance.ts';
import { isExact } from './trace.ts';
import type { Proof } from './types.ts';

/** Rows of a batch that are also run one by one. */
const singleRowsMax = 50;

interface ComparedLane {
  readonly name: string;
  readonly kind: 'score' | 'label';
  readonly exact: boolean;
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

  constructor(program: Program, binding: Binding) {
    this.binding = binding;
    const names = laneNames(binding);
    this.lanes = program.outputs.map((output, index) => {
      const isLabel = output.form === 'index' || output.form === 'text' || binding.outputs[index].type === 'int64';
      return { name: names[index], kind: isLabel ? 'label' : 'score', exact: isExact(program, output.lane) };
    });
  }

  /** `expected` may hold more rows than the batch. */
  compare(
    batch: FeatureBatch,
    actual: readonly LaneValues[],
    expected: readonly LaneValues[],
    tolerances: RowTolerances,
  ): void {
    this.lanes.forEach((lane, index) => {
      for (let row = 0; row < batch.rows; row++) {
        const got = actual[index][row];
        const want = expected[index][row];
        if (lane.kind === 'score') this.score(lane, Number(got), Number(want), tolerances.score[row]);
        else
          this.label(
            lane,
            got,
            want,
            tolerances.margins[index]?.[row] ?? Number.POSITIVE_INFINITY,
            tolerances.score[row],
          );
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
    return {
      rows: this.rows,
      scores: {
        compared: this.scores,
        bitEqualShare: share,
        exactLanes: this.lanes.filter((lane) => lane.kind === 'score' && lane.exact).length,
        differenceMax: this.differenceMax,
        widelyApart: this.widelyApart,
        toleranceMax: this.toleranceMax,
      },
      labels: { compared: this.labels, differingWithinMargin: this.withinMargin, differing: this.differing },
      verdict: this.failure === null ? 'pass' : 'fail',
      reason: this.failure ?? `${this.rows} rows agree; scores differ by at most ${this.differenceMax}`,
    };
  }

  private score(lane: ComparedLane, got: number, want: number, tolerance: number): void {
    this.scores += 1;
    if (Object.is(got, want)) {
      this.bitEqual += 1;
      return;
    }
    if (lane.exact && got !== want)
      this.fail(`${lane.name} is ${got}, ONNX Runtime has ${want}: sums of trees must be equal`);
    if (got === want) return;
    const difference = Math.abs(got - want);
    const allowed = Math.max(tolerance, scoreTolerance * Math.abs(want));
    this.differenceMax = Math.max(this.differenceMax, difference);
    this.toleranceMax = Math.max(this.toleranceMax, allowed);
    if (difference > scoreTolerance) this.widelyApart += 1;
    // Written so that NaN on one side fails.
    if (!(difference <= allowed)) this.fail(`${lane.name} is ${got}, ONNX Runtime has ${want}`);
  }

  private label(
    lane: ComparedLane,
    got: number | string,
    want: number | string,
    margin: number,
    tolerance: number,
  ): void {
    this.labels += 1;
    if (got === want) return;
    if (!lane.exact && margin <= 2 * tolerance) {
      this.withinMargin += 1;
      return;
    }
    this.differing += 1;
    this.fail(`${lane.name} is ${String(got)}, ONNX Runtime has ${String(want)}`);
  }
}
