import type { Vector } from '@duckdb/node-bindings';
import { shapeWidth, shortestFloat32, type VectorField } from '@slipway/core';
import type { FileFormat } from './file-format.ts';
import type { OutputColumn, ResultEntry } from './output-columns.ts';
import { fillTexts, fillVector } from './vectors.ts';

/** An output that is an array: lists in Parquet, JSON text elsewhere. */
export function arrayColumn(field: VectorField, single: boolean, entry: string, format: FileFormat): OutputColumn {
  return format === 'parquet' ? listColumn(field, single, entry) : jsonColumn(field, single, entry);
}

function jsonColumn({ name, shape }: VectorField, single: boolean, entryName: string): OutputColumn {
  const width = shapeWidth(shape);
  return {
    name,
    entries: [{ name: entryName, type: 'VARCHAR' }],
    sql: (entry) => entry(entryName),
    fill({ values }, rows, [vector]) {
      const flat = values as ArrayLike<number>;
      const texts = Array.from({ length: rows }, (_, row) => {
        const own = Array.from({ length: width }, (_, at) => flat[row * width + at] as number);
        return JSON.stringify(folded(single ? own.map(shortestFloat32) : own, shape));
      });
      fillTexts(vector as Vector, rows, texts.entries());
    },
  };
}

/**
 * One entry an element, made a list in SQL: an ARRAY that is NULL, as it is for a refused row, is written to Parquet
 * in a form that other readers refuse.
 */
function listColumn({ name, shape }: VectorField, single: boolean, entryName: string): OutputColumn {
  const width = shapeWidth(shape);
  const entries = Array.from(
    { length: width },
    (_, at): ResultEntry => ({ name: `${entryName}_${at}`, type: single ? 'FLOAT' : 'DOUBLE' }),
  );
  return {
    name,
    entries,
    sql: (entry) =>
      listSql(
        folded(
          entries.map((each) => entry(each.name)),
          shape,
        ),
      ),
    fill({ values }, rows, vectors) {
      const flat = values as ArrayLike<number>;
      const column = single ? new Float32Array(rows) : new Float64Array(rows);
      vectors.forEach((vector, at) => {
        for (let row = 0; row < rows; row++) column[row] = flat[row * width + at] as number;
        fillVector(vector, column);
      });
    },
  };
}

type Nested<T> = T | readonly Nested<T>[];

/** A flat row-major array folded into its shape. */
function folded<T>(flat: readonly T[], shape: readonly number[]): readonly Nested<T>[] {
  if (shape.length <= 1) return flat;
  const width = shapeWidth(shape.slice(1));
  return Array.from({ length: shape[0] as number }, (_, at) =>
    folded(flat.slice(at * width, (at + 1) * width), shape.slice(1)),
  );
}

function listSql(nested: Nested<string>): string {
  return typeof nested === 'string' ? nested : `[${nested.map(listSql).join(', ')}]`;
}
