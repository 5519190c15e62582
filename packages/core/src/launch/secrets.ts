import type { Problem } from './problems.ts';
import { runBlocks } from './schema/patterns.ts';
import type { Path, SourceNode, SourceScalar } from './source/source-node.ts';

/**
 * What must not stand in a launch file although it is text like any other: secrets, anywhere; and `${NAME}` outside
 * the run blocks, where nothing would replace it. A secret is never repeated in the message.
 */
export function findForbiddenText(root: SourceNode): readonly Problem[] {
  const problems: Problem[] = [];
  walk(root, [], problems);
  return problems;
}

function walk(node: SourceNode, path: Path, problems: Problem[]): void {
  if (node.kind === 'scalar') {
    const problem = typeof node.value === 'string' ? judge(node, node.value, path) : null;
    if (problem !== null) problems.push(problem);
  } else if (node.kind === 'list') {
    node.items.forEach((item, index) => {
      walk(item, [...path, index], problems);
    });
  } else {
    for (const entry of node.entries) walk(entry.value, [...path, entry.key], problems);
  }
}

function judge(node: SourceScalar, text: string, path: Path): Problem | null {
  const secret = secretForms.find((form) => form.expression.test(text));
  if (secret !== undefined) {
    return problem(
      node,
      path,
      `the text holds ${secret.name}.`,
      'Remove it: secrets come from SLIPWAY_* variables, never from a launch file.',
    );
  }
  if (!text.includes('$' + '{')) return null;
  if (!runBlocks.some((block) => block === path[0])) {
    const allowed = runBlocks.join(' and ');
    return problem(
      node,
      path,
      `environment variables are read in the run blocks only (${allowed}).`,
      'Write the value itself.',
    );
  }
  if (text.replaceAll(variable, '').includes('$' + '{')) {
    return problem(
      node,
      path,
      'an environment variable is cut short or has a name that is none.',
      'Write a dollar sign and a name in braces: capitals, digits and _.',
    );
  }
  return null;
}

const variable = /\$\{[A-Z_][A-Z0-9_]*\}/g;

/** Forms that are no accident. Each is tried on short texts, and none can backtrack far. */
const secretForms: readonly { readonly name: string; readonly expression: RegExp }[] = [
  { name: 'a user name or password inside an address', expression: /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#@]+@/i },
  {
    name: 'a secret in the query of an address',
    expression: /[?&](password|passwd|pwd|token|secret|api_?key|access_?key|signature|sig)=[^\s&]/i,
  },
  { name: 'a private key', expression: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/ },
  { name: 'an AWS access key', expression: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { name: 'a GitHub token', expression: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{20})/ },
  { name: 'a Slack token', expression: /\bxox[abprs]-[A-Za-z0-9-]{10}/ },
  { name: 'a bearer token', expression: /\bBearer +[A-Za-z0-9._~+/-]{20}/i },
];

function problem(node: SourceScalar, path: Path, message: string, hint: string): Problem {
  return { code: 'LAUNCH_INVALID', path, at: node.at, message, hint, suggestion: null };
}
