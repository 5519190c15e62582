/** The models that a document of OpenAPI describes, each with what the page needs of it. */
export function modelsOf(document) {
  const paths = Object.entries(document.paths).filter(([path, { post }]) => post && /\/predict$/.test(path));
  const literal = paths.filter(([, { post }]) => post['x-slipway']);
  if (literal.length > 0) return literal.map(([path, { post }]) => modelOf(document, path, post, post['x-slipway']));
  const { title, version, description } = document.info;
  return [modelOf(document, '/predict', document.paths['/predict'].post, { model: title, version, description })];
}

function modelOf(document, path, operation, { model, version, description }) {
  const body = operation.requestBody.content['application/json'];
  const answer = operation.responses[200].content['application/json'];
  const record = resolve(document, body.schema.oneOf[0]);
  const prediction = resolve(document, answer.schema.oneOf[0]);
  const required = new Set(record.required);
  const at = prediction.properties.thresholds.properties;
  const beside = ['thresholds', 'prediction_id', 'model', 'version', 'fallback'];
  return {
    model,
    version,
    description,
    path,
    example: body.examples?.one.value ?? null,
    fields: Object.entries(record.properties).map(([name, schema]) => fieldOf(name, schema, required.has(name))),
    outputs: Object.entries(prediction.properties)
      .filter(([name]) => !beside.includes(name))
      .map(([name, schema]) => ({ ...fieldOf(name, schema, true), at: at[name]?.const ?? null })),
    errors: Object.entries(operation.responses)
      .filter(([status]) => status !== '200')
      .map(([status, { description: says }]) => ({ status, says })),
  };
}

function resolve(document, { $ref }) {
  return document.components.schemas[decodeURIComponent($ref.slice($ref.lastIndexOf('/') + 1))];
}

/** A field by its schema, as the contract writes it. */
function fieldOf(name, schema, isRequired) {
  const [, says = '', unit = null] = /^(.*?)\s*(?:Unit: (.*)\.)?$/s.exec(schema.description ?? '') ?? [];
  const forms = [].concat(schema.type ?? (schema.anyOf ? 'array' : []));
  const types = forms.filter((type) => type !== 'null');
  const kind = types.length === 1 ? types[0] : 'text';
  const choices = schema.enum ? schema.enum.filter((value) => value !== null && value !== '') : null;
  return { name, kind, unit, says, choices, isRequired, range: rangeText(schema), fill: schema.default };
}

function rangeText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, maxLength }) {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  const parts = [];
  if (minimum !== undefined) parts.push(`at least ${minimum}`);
  if (exclusiveMinimum !== undefined) parts.push(`above ${exclusiveMinimum}`);
  if (maximum !== undefined) parts.push(`at most ${maximum}`);
  if (exclusiveMaximum !== undefined) parts.push(`below ${exclusiveMaximum}`);
  if (maxLength !== undefined) parts.push(`at most ${maxLength} characters`);
  return parts.join(', ');
}
