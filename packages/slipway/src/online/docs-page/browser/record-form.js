import { byId, element } from './elements.js';

/** Shows an input for each field of a record. */
export function showFields(fields) {
  byId('fields').replaceChildren(...fields.map(fieldElement));
}

function fieldElement(field, index) {
  const { name, kind, unit, isRequired, says } = field;
  const id = `field-${index}`;
  const input = inputFor(field, { id, name, 'aria-describedby': `${id}-hint ${id}-fault` });
  if (isRequired) input.setAttribute('aria-required', 'true');
  const rules = [kindText(kind), field.range, missingText(field)].filter(Boolean).join(' · ');
  return element(
    'div',
    { class: 'field' },
    element('label', { for: id }, name, element('small', {}, isRequired ? '' : 'optional')),
    unit === null ? input : element('div', { class: 'with-unit' }, input, element('span', {}, unit)),
    element('p', { id: `${id}-hint`, class: 'hint' }, [rules, says].filter(Boolean).join(' — ')),
    element('p', { id: `${id}-fault`, class: 'fault' }),
  );
}

const kindTexts = {
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  string: 'text',
  array: 'array',
};

function kindText(kind) {
  return kindTexts[kind] ?? '';
}

function missingText({ fill, isRequired, kind }) {
  if (fill !== undefined) return `${JSON.stringify(fill)} if left out`;
  return isRequired || kind === 'text' ? '' : 'may be left out';
}

function inputFor({ kind, choices, isRequired }, attributes) {
  if (choices !== null || kind === 'boolean') {
    const values = kind === 'boolean' ? ['true', 'false'] : choices;
    const none = element('option', { value: '' }, isRequired ? 'Choose…' : 'Leave out');
    return element('select', attributes, none, ...values.map((value) => element('option', { value }, value)));
  }
  if (kind === 'array') return element('textarea', { ...attributes, rows: 3, spellcheck: 'false' });
  const numeric = kind === 'number' || kind === 'integer';
  // Not an input of numbers: one empties what it cannot read, and turns with the wheel.
  return element('input', {
    ...attributes,
    autocomplete: 'off',
    spellcheck: 'false',
    inputmode: numeric ? 'decimal' : 'text',
  });
}

/** The record that the inputs hold. What is no number or no JSON goes as text, so that the server says what is wrong. */
export function recordOf(fields) {
  const record = {};
  for (const [index, { name, kind }] of fields.entries()) {
    const text = byId(`field-${index}`).value;
    if (text.trim() !== '') record[name] = typedValue(kind, text);
  }
  return record;
}

function typedValue(kind, text) {
  if (kind === 'boolean') return text === 'true';
  if (kind === 'number' || kind === 'integer') {
    const number = Number(text);
    return Number.isFinite(number) ? number : text;
  }
  if (kind !== 'array') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Fills the inputs from a record. */
export function fill(fields, record) {
  for (const [index, { name, kind }] of fields.entries()) {
    const value = record[name];
    byId(`field-${index}`).value = textOf(kind, value);
  }
}

function textOf(kind, value) {
  if (value === undefined || value === null) return '';
  return kind === 'array' ? JSON.stringify(value) : String(value);
}

/** Whether the form can show this body: one record without fields that it does not know. */
export function fits(fields, body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  return Object.keys(body).every((name) => fields.some((field) => field.name === name));
}

/** Shows each broken rule at its field and answers those that belong to none. */
export function showFaults(fields, issues) {
  const rest = issues.filter((issue) => issue.record !== undefined || !fields.some(({ name }) => name === issue.field));
  let first = null;
  for (const [index, { name }] of fields.entries()) {
    const own = issues.filter((issue) => issue.field === name && !rest.includes(issue));
    const input = byId(`field-${index}`);
    if (own.length > 0) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
    byId(`field-${index}-fault`).textContent = own.map(({ message }) => message).join(' · ');
    if (own.length > 0) first ??= input;
  }
  first?.focus();
  return rest;
}
