import {
  type Columns,
  compileRecordReader,
  type InputContract,
  type Issue,
  isPromise,
  newRow,
  type Predictor,
  rowLayout,
  type Value,
} from '@slipway/core';
import { arrayValues } from './feature-arguments.ts';

/** Why a row was refused that has these fields; empty where nothing speaks against it. */
export type ExplainRefusal = (record: Readonly<Record<string, Value>>) => readonly Issue[];

/**
 * Looks at a refused row again as at a single record, since columns only tell that a row is refused: first with the
 * contract, then, where the record keeps it, with the model. `predictor` must make no events.
 */
export function refusalExplainer(predictor: Predictor): ExplainRefusal {
  const contract: InputContract = { ...predictor.launch.input, unit: null, context: [] };
  const layout = rowLayout(contract);
  const read = compileRecordReader(contract, layout);
  return (record) => {
    const own = ownFeatures(contract, record);
    const issues = read(own, newRow(layout));
    if (issues !== null) return issues;
    const predictions = predictor.columns(oneRow(contract, own));
    if (isPromise(predictions)) return [];
    return [...predictions.modelFaults.values()].map((message) => ({ field: 'model', rule: 'record', message }));
  };
}

/** Only the features: what else a row has passes through, and is no trouble. */
function ownFeatures({ features }: InputContract, record: Readonly<Record<string, Value>>): Record<string, Value> {
  const names = features.map((feature) => feature.name).filter((name) => Object.hasOwn(record, name));
  return Object.fromEntries(names.map((name) => [name, record[name] as Value]));
}

function oneRow({ features }: InputContract, record: Readonly<Record<string, Value>>): Columns {
  return Object.fromEntries(
    features.map((feature) => {
      const value = record[feature.name] ?? null;
      return [feature.name, feature.type === 'array' ? arrayValues(feature, [value]) : [value as string | null]];
    }),
  );
}
