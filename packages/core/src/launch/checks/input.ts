import { compileRecordReader, type Feature, newRow, rowLayout, shapeWidth } from '../../contract/index.ts';
import type { Path } from '../source/source-node.ts';
import { type Checked, checkRange } from './checked.ts';

/** Values of one array; a larger tensor does not belong in a record. */
const arrayValuesMax = 10_000_000;

/** Each feature agrees with itself: its range holds values, and so does what fills in for a missing one. */
export function checkInput(checked: Checked): void {
  for (const feature of checked.features.values()) {
    const path = ['input', feature.name];
    checkRange(checked, path, feature);
    checkWidth(checked, path, feature);
    checkFill(checked, path, feature);
  }
}

function checkWidth(checked: Checked, path: Path, feature: Feature): void {
  const width = shapeWidth(feature.shape ?? []);
  if (width <= arrayValuesMax) return;
  checked.report(
    [...path, 'shape'],
    `the array has ${width} values; ${arrayValuesMax} are allowed.`,
    'Make the shape smaller.',
  );
}

/** The contract itself judges the fill value, as if a record had brought it. */
function checkFill(checked: Checked, path: Path, feature: Feature): void {
  if (feature.missing.kind !== 'fill') return;
  const contract = { features: [feature], unit: null, context: [] };
  const layout = rowLayout(contract);
  const issues = compileRecordReader(contract, layout)({ [feature.name]: feature.missing.value }, newRow(layout));
  if (issues === null) return;
  const shown = JSON.stringify(feature.missing.value);
  const rules = issues.map((issue) => issue.rule).join(' and ');
  const hint = 'Fill in a value that the feature allows, or write reject or null.';
  checked.report([...path, 'missing'], `${shown} breaks the feature's own rule: ${rules}.`, hint);
}
