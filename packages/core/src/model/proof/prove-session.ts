import type { InputContract } from '../../contract/index.ts';
import { isSlipwayError } from '../../errors/index.ts';
import { engineVersion } from '../engine-version.ts';
import type { Program } from '../ir/program.ts';
import type { FeatureBatch, LaneValues, Session } from '../session.ts';
import { Comparison } from './comparison.ts';
import { edgesOf } from './edges.ts';
import { featureTexts, goldenValues, laneNames } from './golden.ts';
import { type RandomSource, randomRows } from './random-rows.ts';
import { withoutRefused } from './refused-rows.ts';
import { compileTolerances } from './tolerance.ts';
import type { Proof } from './types.ts';

export interface ProofRequest {
  readonly program: Program;
  /** The session that the program was compiled to. */
  readonly compiled: Session;
  /** A session of ONNX Runtime on the same artifact with the same binding, one thread. */
  readonly oracle: Session;
  readonly oracleName: string;
  readonly oracleVersion: string;
  /** Digest of the artifact. */
  readonly artifact: string;
  readonly contract: InputContract;
  /** Rows that a person or the training chose; without them the first random rows serve as golden ones. */
  readonly golden: FeatureBatch | null;
  readonly random: RandomSource;
  /** What `random` was seeded with, for the record. */
  readonly seed: number;
  /** Random rows to compare; 10,000 by default. */
  readonly rows?: number;
}

const batchRows = 1000;
const goldenRowsMax = 64;

/**
 * Compares a compiled session with ONNX Runtime on golden and random rows: labels equal unless their scores tie within
 * the tolerance, scores within 1e-6 (or within the bound that the order of summing sets), tree sums without transform
 * equal in every bit, and one row at a time the same as many. A verdict, never an error for a difference.
 */
export async function proveSession(request: ProofRequest): Promise<Proof> {
  const { program, compiled, contract, random, rows = 10_000 } = request;
  const tolerances = compileTolerances(program);
  const comparison = new Comparison(program, compiled.binding, tolerances.exact);
  const edges = edgesOf(program);
  const drawn = (count: number) => withoutRefused(compiled, request.oracle, randomRows(contract, edges, count, random));
  const opening = request.golden === null ? await drawn(goldenRowsMax) : { batch: request.golden, fault: null };
  const first = atMost(opening.batch, goldenRowsMax);
  const golden = goldenValues(first, await compiled.run(first));
  if (first.rows === 0) comparison.fail('the model refuses every row that was drawn from what the contract allows');
  try {
    for (let done = -1; done < rows; done += done < 0 ? 1 : batchRows) {
      const { batch, fault } = done < 0 ? opening : await drawn(Math.min(batchRows, rows - done));
      if (fault !== null) comparison.fail(fault);
      if (batch.rows === 0) continue;
      const expected = await oracleLanes(request.oracle, batch);
      comparison.compare(batch, await compiled.run(batch), expected, tolerances.measure(batch));
      comparison.compareRows(batch, compiled);
    }
  } catch (thrown) {
    if (!isSlipwayError(thrown)) throw thrown;
    comparison.fail(`an engine refused a row: ${thrown.message}`);
  }
  return {
    proof: 1,
    engineVersion,
    artifact: request.artifact,
    lanes: laneNames(compiled.binding),
    features: featureTexts(compiled.binding, contract),
    oracle: { name: request.oracleName, version: request.oracleVersion },
    seed: request.seed,
    golden,
    ...comparison.result(),
  };
}

/** Whether a stored proof is about this artifact, this engine, these outputs and these values of features, and passed. */
export function proofHolds(proof: Proof, artifact: string, session: Session, contract: InputContract): boolean {
  return (
    proof.verdict === 'pass' &&
    proof.engineVersion === engineVersion &&
    proof.artifact === artifact &&
    proof.lanes.join() === laneNames(session.binding).join() &&
    proof.features.join() === featureTexts(session.binding, contract).join()
  );
}

/** ONNX Runtime sums a single row in another order than many, so it never gets one alone. */
async function oracleLanes(oracle: Session, batch: FeatureBatch): Promise<readonly LaneValues[]> {
  if (batch.rows > 1) return oracle.run(batch);
  const columns = batch.columns.map((column) =>
    column instanceof Float64Array ? Float64Array.of(...column, ...column) : [...column, ...column],
  );
  return oracle.run({ rows: 2, columns });
}

function atMost(batch: FeatureBatch, rows: number): FeatureBatch {
  if (batch.rows <= rows) return batch;
  const columns = batch.columns.map(
    (column) => column.slice(0, (column.length / batch.rows) * rows) as Float64Array | string[],
  );
  return { rows, columns };
}
