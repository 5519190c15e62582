import { byId, element } from './elements.js';

/** Shows an answer: what the model said, in words, and the JSON as it came. */
export function showAnswer(model, { status, ms, body, requestId }) {
  const parts = [
    element('p', { class: 'hint' }, `Status ${status} in ${ms} ms${requestId ? ` · request ${requestId}` : ''}`),
  ];
  if (body?.predictions) parts.push(...manyParts(model, body.predictions));
  else if (status === 200) parts.push(...predictionParts(model, body));
  else parts.push(...errorParts(body?.error));
  parts.push(element('pre', {}, JSON.stringify(body, null, 2)));
  byId('answer-body').replaceChildren(...parts);
}

export function showWords(text) {
  byId('answer-body').replaceChildren(element('p', { class: 'told bad' }, text));
}

function predictionParts({ outputs }, prediction) {
  const { fallback } = prediction;
  const told = fallback ? [element('p', { class: 'told' }, fallbackText(fallback.reason))] : [];
  const rows = outputs.flatMap((output) => [
    element('dt', {}, output.name),
    element(
      'dd',
      {},
      element('span', { class: 'value' }, JSON.stringify(prediction[output.name])),
      element('p', { class: 'hint' }, meaning(output, prediction)),
    ),
  ]);
  return [...told, element('dl', { class: 'results' }, ...rows)];
}

const reasons = {
  error: 'the model failed',
  timeout: 'the model was not done in time',
  overload: 'the server had too much to do',
  switched: 'a person switched the model off',
};

function fallbackText(reason) {
  return `The fallback answered: ${reasons[reason] ?? reason}.`;
}

/** What a value says: of a decision, on which side of its threshold the score lies. */
function meaning({ name, at, says, unit }, prediction) {
  if (at === null) return [says, unit].filter(Boolean).join(' ');
  const value = prediction[name];
  const score = /^True where (.*) is at least /.exec(says)?.[1];
  if (prediction.fallback || typeof value !== 'boolean') return says;
  const side = value ? `reaches the threshold ${at}` : `is below the threshold ${at}`;
  return score === undefined ? `${says} The score ${side}.` : `${score} ${side}.`;
}

function manyParts(model, predictions) {
  const failed = predictions.filter(({ error }) => error).length;
  const shown = predictions
    .slice(0, 20)
    .flatMap((made, index) => [
      element('h3', {}, `Record ${index}`),
      ...(made.error ? errorParts(made.error) : predictionParts(model, made)),
    ]);
  return [element('p', {}, `${predictions.length} records, ${failed} of them refused.`), ...shown];
}

function errorParts(error) {
  if (!error) return [element('p', { class: 'told bad' }, 'The answer is not in the form of this API.')];
  const issues = (error.issues ?? []).map(({ record, field, message }) =>
    element('li', {}, `${record === undefined ? '' : `record ${record}, `}${field}: ${message}`),
  );
  return [
    element(
      'div',
      { class: 'told bad' },
      element('p', {}, element('strong', {}, error.code), ` — ${error.message}`),
      issues.some((issue) => issue.textContent.startsWith('record ')) ? element('ul', {}, ...issues) : null,
      element('p', { class: 'hint' }, error.hint),
    ),
  ];
}
