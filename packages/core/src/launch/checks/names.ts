import type { Path } from '../source/source-node.ts';
import type { Checked } from './checked.ts';

/**
 * A name means one thing in a launch: features, unit, context and outputs stand side by side in a scored file. Engines
 * of tables do not tell names apart by case alone, so neither do we.
 */
export function checkNames(checked: Checked): void {
  const { file, features, outputs } = checked;
  const uses: { readonly path: Path; readonly name: string; readonly role: string }[] = [];
  for (const name of features.keys()) uses.push({ path: ['input', name], name, role: 'a feature' });
  if (file.unit !== undefined) uses.push({ path: ['unit'], name: file.unit, role: 'the unit' });
  for (const [index, name] of (file.context ?? []).entries())
    uses.push({ path: ['context', index], name, role: 'a context field' });
  for (const name of outputs.keys()) uses.push({ path: ['output', name], name, role: 'an output' });

  const first = new Map<string, (typeof uses)[number]>();
  for (const use of uses) {
    const key = use.name.toLowerCase();
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, use);
    else checked.report(use.path, clash(use.name, use.role, earlier.name, earlier.role), 'Rename one of the two.');
  }
  if (file.unit === 'records') reportRecords(checked, ['unit']);
  const index = (file.context ?? []).indexOf('records');
  if (index >= 0) reportRecords(checked, ['context', index]);
}

function clash(name: string, role: string, earlierName: string, earlierRole: string): string {
  const quoted = JSON.stringify(name);
  if (name === earlierName) return `${quoted} is ${earlierRole} already, so it cannot be ${role} too.`;
  return `${quoted} differs from ${earlierRole}, ${JSON.stringify(earlierName)}, by case alone.`;
}

function reportRecords(checked: Checked, path: Path): void {
  checked.report(path, '"records" is the field that holds many records in a request.', 'Choose another name.');
}
