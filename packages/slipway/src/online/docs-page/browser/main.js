import { showAnswer, showWords } from './answer-view.js';
import { modelsOf } from './api-document.js';
import { byId, chosen, element } from './elements.js';
import { fill, fits, recordOf, showFaults, showFields } from './record-form.js';
import { snippet } from './snippets.js';

/** In memory alone: no storage, no cookie, no address. */
let key = '';
let models = [];
let model = null;
let mode = 'form';

start();
byId('key-form').addEventListener('submit', useKey);
byId('model').addEventListener('change', () => choose(models[byId('model').selectedIndex]));
byId('record').addEventListener('submit', ask);
byId('record').addEventListener('input', showSnippet);
byId('example').addEventListener('click', () => setBody(model.example ?? {}));
byId('copy').addEventListener('click', copy);
for (const radio of document.querySelectorAll('input[name="mode"]')) radio.addEventListener('change', changeMode);
for (const radio of document.querySelectorAll('input[name="language"]')) radio.addEventListener('change', showSnippet);

/** Relative, so that the page works behind a prefix too. */
function address(path) {
  return new URL(`.${path}`, location.href);
}

function headers(more = {}) {
  return key === '' ? more : { ...more, authorization: `Bearer ${key}` };
}

async function start() {
  try {
    const answer = await fetch(address('/openapi.json'), { headers: headers(), cache: 'no-store' });
    const body = await answer.json();
    if (answer.status === 401 || answer.status === 403) return askForKey(body.error);
    if (!answer.ok) return notice(`${body.error.message} ${body.error.hint}`);
    show(modelsOf(body));
  } catch (thrown) {
    notice(`The server does not answer: ${thrown.message}`);
  }
}

function askForKey({ message }) {
  notice(key === '' ? 'This server wants an API key: give it above.' : `The key is not taken: ${message}`);
  document.querySelector('.key').open = true;
  byId('key').focus();
}

function notice(text) {
  byId('notice').textContent = text;
  byId('notice').hidden = text === '';
}

function useKey(event) {
  event.preventDefault();
  key = byId('key').value.trim();
  if (model === null) start();
  else showSnippet();
}

function show(found) {
  notice('');
  models = found;
  const labels = models.map(({ model: name, version }) => `${name} ${version}`);
  byId('model').replaceChildren(...labels.map((label) => element('option', {}, label)));
  byId('choice').hidden = false;
  byId('page').hidden = false;
  choose(models[0]);
}

function choose(next) {
  model = next;
  document.title = `${model.model} · Slipway`;
  byId('title').replaceChildren(model.model, ' ', element('small', {}, model.version));
  byId('why').textContent = model.description ?? '';
  byId('path').textContent = `POST ${model.path}`;
  showFields(model.fields);
  byId('answer-body').replaceChildren(element('p', { class: 'hint' }, 'Nothing asked yet.'));
  byId('outputs').replaceChildren(...model.outputs.flatMap(outputParts));
  byId('errors').replaceChildren(
    ...model.errors.flatMap(({ status, says }) => [
      element('dt', {}, status),
      ...says.split(/ (?=[A-Z][A-Z_]+: )/).map((code) => element('dd', {}, code)),
    ]),
  );
  setBody(model.example ?? {});
}

function outputParts({ name, kind, range, says, unit, at }) {
  const threshold = at === null ? '' : `Decided at the threshold ${at}.`;
  const facts = [[kind, range].filter(Boolean).join(', '), unit].filter(Boolean).join(' · ');
  return [element('dt', {}, name), element('dd', {}, [facts, says, threshold].filter(Boolean).join(' — '))];
}

/** The body that would be sent. Raises where the text is no JSON. */
function body() {
  return mode === 'json' ? JSON.parse(byId('json').value) : recordOf(model.fields);
}

function setBody(value) {
  byId('json').value = JSON.stringify(value, null, 2);
  if (fits(model.fields, value)) fill(model.fields, value);
  clearFaults();
  showSnippet();
}

function clearFaults() {
  showFaults(model.fields, []);
  byId('json-fault').textContent = '';
}

function changeMode() {
  const wanted = chosen('mode');
  if (wanted === 'json') {
    byId('json').value = JSON.stringify(recordOf(model.fields), null, 2);
    return setMode('json');
  }
  try {
    const value = body();
    if (!fits(model.fields, value)) throw new Error('The form shows one record with the fields of the contract.');
    fill(model.fields, value);
    setMode('form');
  } catch (thrown) {
    document.querySelector('input[name="mode"][value="json"]').checked = true;
    byId('json-fault').textContent = thrown.message;
  }
}

function setMode(next) {
  mode = next;
  byId('fields').hidden = mode === 'json';
  byId('raw').hidden = mode !== 'json';
  clearFaults();
  showSnippet();
}

async function ask(event) {
  event.preventDefault();
  clearFaults();
  // The text as it is typed, so that the server judges it: also what is no JSON.
  const text = mode === 'json' ? byId('json').value : JSON.stringify(body());
  const button = document.querySelector('button.primary');
  button.setAttribute('aria-busy', 'true');
  try {
    const started = performance.now();
    const answer = await fetch(address(model.path), {
      method: 'POST',
      headers: headers({ 'content-type': 'application/json' }),
      body: text,
    });
    const told = await answer.json().catch(() => null);
    const ms = (performance.now() - started).toFixed(1);
    showAnswer(model, { status: answer.status, ms, body: told, requestId: answer.headers.get('x-request-id') });
    if (answer.status === 401) askForKey(told.error);
    else notice('');
    placeFaults(told?.error);
  } catch (thrown) {
    showWords(`The server does not answer: ${thrown.message}`);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

function placeFaults(error) {
  if (error === undefined) return;
  if (mode === 'json') byId('json-fault').textContent = `${error.message}${error.where ? ` (${error.where})` : ''}`;
  else showFaults(model.fields, error.issues ?? []);
}

function showSnippet() {
  try {
    const request = { url: address(model.path).href, body: body(), hasKey: key !== '' };
    byId('snippet').textContent = snippet(chosen('language'), request);
  } catch (thrown) {
    byId('snippet').textContent = `The body is no JSON yet: ${thrown.message}`;
  }
}

async function copy() {
  const button = byId('copy');
  const done = await navigator.clipboard.writeText(byId('snippet').textContent).then(
    () => true,
    () => false,
  );
  // Without a clipboard, as on plain http, the text is marked for the keyboard.
  if (!done) getSelection().selectAllChildren(byId('snippet'));
  button.textContent = done ? 'Copied' : 'Selected: press Ctrl+C';
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
