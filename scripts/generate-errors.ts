import { type ErrorEntry, type ErrorKind, errorKinds, errorRegistry, retiredCodes } from '@slipway/core';
import { exitCodes, verdictExitCodes } from '../packages/slipway/src/cli/exit-codes.ts';
import { httpStatuses } from '../packages/slipway/src/online/http-status.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** Whose trouble a kind of error is, and whether to try again. */
const kindMeanings: Readonly<Record<ErrorKind, string>> = {
  invalid: 'What the caller gave is not right. Correct it.',
  unauthenticated: 'The caller did not say who it is, or could not prove it.',
  forbidden: 'The caller may not do this.',
  not_found: 'What the caller named is not there.',
  conflict: 'It does not fit the state that is there now.',
  too_large: 'More than the stated limit. Send less.',
  unsupported_media: 'A content type that is not read here.',
  method_not_allowed: 'The route is there, but not for this method.',
  rate_limited: 'This caller asks too often. Try again after `Retry-After`.',
  unsupported: 'This Slipway cannot do it, and trying again will not help.',
  corrupt: 'Data is not what it was when it was written.',
  overloaded: 'We have too much to do. Try again after `Retry-After`.',
  unavailable: 'We cannot do it now. Try again.',
  deadline: 'It was not done in the time that was allowed.',
  cancelled: 'The caller went away.',
  internal: 'Our fault. Report it.',
};

export function errorFiles(): readonly GeneratedFile[] {
  const codes: readonly [string, ErrorEntry][] = Object.entries(errorRegistry);
  const content = [intro, kindTable(), verdictTable(), '## Codes\n', ...codes.map(codeSection), retired()].join('\n');
  return [{ path: 'docs/reference/errors.md', content }];
}

const intro = `${markdownMark('the error registry')}
# Errors

Every error has a code from one registry, and a message that says what is wrong, where, and what to do. A code keeps its
meaning for ever; its kind decides exit code and HTTP status.

The command line prints an error to stderr, with \`--json\` as one document:

\`\`\`json
{ "error": { "code": "INPUT_NOT_FOUND", "kind": "not_found", "message": "…", "where": "…", "hint": "…", "details": {} } }
\`\`\`

The server answers with its status and this body; \`issues\` lists what is wrong with a record:

\`\`\`json
{ "error": { "code": "RECORD_INVALID", "message": "…", "where": "…", "hint": "…", "issues": [], "request_id": "…" } }
\`\`\`
`;

function kindTable(): string {
  const rows = errorKinds.map((kind) => [`\`${kind}\``, httpStatuses[kind], exitCodes[kind], kindMeanings[kind]]);
  return `## Kinds\n\n${table(['Kind', 'HTTP', 'Exit', 'What it means'], rows)}`;
}

function verdictTable(): string {
  const rows = [
    [0, 'Done, and the answer is yes.'],
    [verdictExitCodes.fail, 'The verdict is fail.'],
    [
      verdictExitCodes.inconclusive,
      'The verdict is inconclusive: there is not enough to decide on. Or a change waits for a second person, and nothing moved.',
    ],
    [verdictExitCodes.quarantined, 'More rows were quarantined than the launch file allows.'],
  ];
  return `## Verdicts\n
A verdict is an answer and not an error: it is printed to stdout, and has an exit code of its own.\n
${table(['Exit', 'What it means'], rows)}`;
}

function codeSection([code, { kind, summary, hint }]: readonly [string, ErrorEntry]): string {
  return `### ${code}

${summary} ${hint}

\`${kind}\` · HTTP ${httpStatuses[kind]} · exit ${exitCodes[kind]}
`;
}

function retired(): string {
  if (retiredCodes.length === 0) return '';
  return `## Retired codes\n\n${retiredCodes.map((code) => `- \`${code}\``).join('\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
