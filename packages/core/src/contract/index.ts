export { type ColumnsReader, compileColumnsReader, type ReadColumns } from './columns.ts';
export { isWhole, shapeWidth, widthOf } from './feature-check.ts';
export { holdsShape } from './holds-shape.ts';
export { demandOf, issueOf, issuesText } from './issue.ts';
export { inputJsonSchema, type JsonSchema, outputJsonSchemas } from './json-schema.ts';
export { nearest } from './nearest.ts';
export { compileRecordReader, type RecordReader, unitText } from './record.ts';
export { newRow, type Row, type RowLayout, rowLayout } from './row.ts';
export { valueFromText } from './text.ts';
export type {
  ColumnInput,
  Columns,
  DecisionField,
  Feature,
  FeatureColumn,
  FeatureType,
  InputContract,
  Issue,
  IssueRule,
  MissingPolicy,
  OutputContract,
  OutputField,
  Rank,
  ScoreField,
  Value,
  VectorField,
} from './types.ts';
export { issueRules } from './types.ts';
