import type { FieldProfile, Reference } from './types.ts';

/** The reference as JSON text, a line a field, so that people can read it and compare two. */
export function writeReference({ features, scores, ...head }: Reference): string {
  const lines = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  return `{\n${lines.join('')}  "features": [${profileLines(features)}],\n  "scores": [${profileLines(scores)}]\n}\n`;
}

function profileLines(profiles: readonly FieldProfile[]): string {
  if (profiles.length === 0) return '';
  return `\n${profiles.map((profile) => `    ${JSON.stringify(profile)}`).join(',\n')}\n  `;
}
