import { compiledOperators, type Equality, operatorNotes } from '@slipway/core';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** The reference page of the operators that compile. */
export function operatorFiles(): readonly GeneratedFile[] {
  const names = compiledOperators().toSorted();
  const [ml, plain] = [names.filter(isMl), names.filter((name) => !isMl(name))];
  const content = [intro, equalityTable(), section('ai.onnx', plain), section('ai.onnx.ml', ml)].join('\n');
  return [{ path: 'docs/reference/operators.md', content }];
}

const mlPrefix = 'ai.onnx.ml.';

function isMl(name: string): boolean {
  return name.startsWith(mlPrefix);
}

const equalities: Readonly<Record<Equality, string>> = {
  places: 'Nothing is computed: values get other places or sizes.',
  bits: 'The same roundings in the same order: equal in every bit.',
  order:
    'Sums go from the first term to the last, each step rounded. ONNX Runtime takes several terms at once, so that the last digits may differ.',
  function: 'A function of our own, the same in every JavaScript engine, within 1e-6 of ONNX Runtime.',
};

const intro = `${markdownMark("the compiler's table of operators")}
# Operators that compile

A model whose operators all stand here is served by the compiled engine, once its proof has shown that it answers as ONNX
Runtime 1.30.0 does; any other model is served by ONNX Runtime itself. \`slipway inspect\` says which, and which operator
stands in the way.

Models are read from opset 9 of ai.onnx on, and from version 1 to 5 of ai.onnx.ml. Compiled is what each row can be
computed by alone: an operator that mixes rows, or counts them, is left to ONNX Runtime. So is whatever could differ from
it, as the last column says. Float casts, NaN and infinities follow what ONNX Runtime does on x64.
`;

function equalityTable(): string {
  const rows = Object.entries(equalities).map(([name, meaning]) => `| ${name} | ${meaning} |`);
  return `| Equality | What it means |\n| --- | --- |\n${rows.join('\n')}\n`;
}

function section(domain: string, names: readonly string[]): string {
  const rows = names.map((name) => {
    const note = operatorNotes[name];
    const short = name.startsWith(mlPrefix) ? name.slice(mlPrefix.length) : name;
    return `| ${short} | ${note?.types} | ${note?.equality} | ${note?.refused} |`;
  });
  return `## ${domain}\n\n| Operator | Types | Equality | Left to ONNX Runtime |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
