import { isSlipwayError } from '../../errors/index.ts';
import type { FeatureBatch, Session } from '../session.ts';

/** Rows that one engine refuses and the other is asked about, in each batch. */
const askedMax = 5;

/**
 * The rows of a batch that the compiled session answers. Rows that it refuses with MODEL_FAILED, such as an unknown
 * category where the model takes none, have to be refused by the oracle too; `fault` says where that isn't so.
 */
export async function withoutRefused(
  compiled: Session,
  oracle: Session,
  batch: FeatureBatch,
): Promise<{ readonly batch: FeatureBatch; readonly fault: string | null }> {
  if (!(await refuses(compiled, batch))) return { batch, fault: null };
  const kept: number[] = [];
  let fault: string | null = null;
  let asked = 0;
  for (let row = 0; row < batch.rows; row++) {
    const one = rowsOf(batch, [row]);
    if (!(await refuses(compiled, one))) kept.push(row);
    else if (asked++ < askedMax && !(await refuses(oracle, rowsOf(batch, [row, row]))))
      fault = `row ${row + 1} is refused by the compiled engine and answered by ONNX Runtime`;
  }
  return { batch: rowsOf(batch, kept), fault };
}

async function refuses(session: Session, batch: FeatureBatch): Promise<boolean> {
  try {
    await session.run(batch);
    return false;
  } catch (thrown) {
    if (isSlipwayError(thrown) && thrown.code === 'MODEL_FAILED') return true;
    throw thrown;
  }
}

function rowsOf(batch: FeatureBatch, rows: readonly number[]): FeatureBatch {
  const columns = batch.columns.map((column) => {
    if (!(column instanceof Float64Array)) return rows.map((row) => column[row] ?? '');
    const width = column.length / batch.rows;
    return Float64Array.from(rows.flatMap((row) => Array.from(column.subarray(row * width, (row + 1) * width))));
  });
  return { rows: rows.length, columns };
}
