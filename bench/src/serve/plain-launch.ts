/** The least launch file of a model whose features are plain numbers, with one output `y`. */
export function plainLaunch(given: {
  readonly model: string;
  readonly features: readonly string[];
  readonly output: string;
}): string {
  const { model, features, output } = given;
  return `slipway: 1
model: ${model}
version: 1.0.0
artifact: ${model}.onnx
owner: { team: Bench, contact: bench@example.org, runbook: https://example.org/runbook }
pattern: online
why: Somebody waits for the answer.
input:
${features.map((name) => `  ${name}: { type: number }`).join('\n')}
output:
  y: ${output}
`;
}
