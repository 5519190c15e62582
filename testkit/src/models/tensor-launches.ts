const head = (model: string, pattern: string, why: string) => `slipway: 1
model: ${model}
version: 1.0.0
artifact: model.onnx
owner: { team: Media, contact: media@example.org, runbook: https://example.org/runbook }
pattern: ${pattern}
why: ${why}
`;

/** Launch file of `imageModel`: pictures of 2 x 2. */
export const imageLaunch = `${head('picture-colour', 'online', 'A page waits for the colour.')}input:
  image: { type: array, shape: [3, 2, 2], minimum: 0, maximum: 1 }
output:
  label: { type: string, from: label, enum: [blue, green, red] }
  red: { type: number, from: probabilities, class: red, minimum: 0, maximum: 1 }
  probabilities: { type: array, shape: [3], from: probabilities }
`;

/** Launch file of `embeddingModel`: texts of five tokens at most, filled up with tokens that are masked. */
export const embeddingLaunch = `${head('text-embedding', 'batch', 'Texts are embedded at night.')}input:
  input_ids: { type: array, shape: [5], items: integer, minimum: 0, maximum: 99 }
  attention_mask: { type: array, shape: [5], items: integer, minimum: 0, maximum: 1 }
unit: text_id
output:
  embedding: { type: array, shape: [8], from: embedding }
  tokens: { type: array, shape: [5, 8], from: tokens }
  count: { type: integer, from: count }
`;
