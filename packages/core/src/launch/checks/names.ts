import type { Path } from '../source/source-node.ts';
import type { Checked } from './checked.ts';

/**
 * A name means one thing in a launch: features, unit, context and outputs stand side by side in a scored file. Engines
 * of tables do not tell names apart by case alone, so neither do we.
 */
export function checkNames(checked: Checked): void {
  const { file } = checked;
  const first = new Map<string, Use>();
  for (const use of usesOf(checked)) {
    const key = use.name.toLowerCase();
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, use);
    else checked.report(use.path, clash(use, earlier), 'Rename one of the two.', { at: use.at });
  }
  if (file.unit === 'records') reportRecords(checked, ['unit']);
  const index = (file.context ?? []).indexOf('records');
  if (index >= 0) reportRecords(checked, ['context', index]);
}

/** One name in one role, and whether it stands as the name of a field or as a value. */
interface Use {
  readonly path: Path;
  readonly name: string;
  readonly role: string;
  readonly at: 'name' | 'value';
}

function usesOf({ file, features, outputs }: Checked): readonly Use[] {
  const unit = file.unit === undefined ? [] : [file.unit];
  return [
    ...[...features.keys()].map((name): Use => ({ path: ['input', name], name, role: 'a feature', at: 'name' })),
    ...unit.map((name): Use => ({ path: ['unit'], name, role: 'the unit', at: 'value' })),
    ...(file.context ?? []).map(
      (name, index): Use => ({ path: ['context', index], name, role: 'a context field', at: 'value' }),
    ),
    ...[...outputs.keys()].map((name): Use => ({ path: ['output', name], name, role: 'an output', at: 'name' })),
  ];
}

function clash(use: Use, earlier: Use): string {
  const quoted = JSON.stringify(use.name);
  if (use.name === earlier.name) return `${quoted} is ${earlier.role} already, so it cannot be ${use.role} too.`;
  return `${quoted} differs from ${earlier.role}, ${JSON.stringify(earlier.name)}, by case alone.`;
}

function reportRecords(checked: Checked, path: Path): void {
  checked.report(path, '"records" is the field that holds many records in a request.', 'Choose another name.');
}
