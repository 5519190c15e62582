import { expect, test } from 'vitest';
import { openTestServer } from './fixtures/open-test-server.ts';

const good = '{"hours_studied": 3, "quiz_score": 83}';
const many = (records: string, rest = '') => `{"records": ${records}${rest}}`;

interface BadInput {
  readonly title: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: string;
  /** A part of the message, or of an issue. */
  readonly says: string;
  readonly where?: string;
}

const table: readonly BadInput[] = [
  { title: 'an empty body', body: '', status: 400, code: 'BODY_NOT_JSON', says: 'has no body' },
  {
    title: 'NaN',
    body: '{"hours_studied": NaN, "quiz_score": 1}',
    status: 400,
    code: 'BODY_NOT_JSON',
    says: 'NaN is not JSON',
    where: 'body, line 1, column 19',
  },
  {
    title: 'Infinity',
    body: '{"hours_studied": -Infinity}',
    status: 400,
    code: 'BODY_NOT_JSON',
    says: '-Infinity is not JSON',
  },
  {
    title: 'a number beyond float64',
    body: '{"hours_studied": 1e999, "quiz_score": 1}',
    status: 400,
    code: 'RECORD_INVALID',
    says: 'hours_studied is "Infinity"; it must be a finite number',
  },
  {
    title: 'a body cut short',
    body: good.slice(0, -1),
    status: 400,
    code: 'BODY_NOT_JSON',
    says: 'the end of the body',
  },
  { title: 'a form', body: 'hours_studied=3&quiz_score=83', status: 400, code: 'BODY_NOT_JSON', says: 'not JSON' },
  {
    title: 'invalid UTF-8',
    body: Buffer.concat([Buffer.from('{"learner_id": "'), Buffer.of(0xc3, 0x28), Buffer.from('"}')]),
    status: 400,
    code: 'BODY_NOT_JSON',
    says: 'not UTF-8',
  },
  {
    title: 'nesting beyond the bound',
    body: `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
    status: 400,
    code: 'BODY_TOO_DEEP',
    says: 'more than 32 deep',
  },
  {
    title: 'a hundred thousand brackets',
    body: '['.repeat(100_000),
    status: 400,
    code: 'BODY_TOO_DEEP',
    says: 'more than 32 deep',
  },
  {
    title: 'a key that stands twice',
    body: '{"hours_studied": 3, "quiz_score": 83, "hours_studied": 4}',
    status: 400,
    code: 'BODY_DUPLICATE_KEY',
    says: '"hours_studied" stands twice',
    where: 'body, line 1, column 40',
  },
  {
    title: '__proto__',
    body: '{"hours_studied": 3, "quiz_score": 83, "__proto__": {"learner_id": "x"}}',
    status: 400,
    code: 'RECORD_INVALID',
    says: '"__proto__" is not a field of the contract',
  },
  {
    title: 'constructor',
    body: '{"hours_studied": 3, "quiz_score": 83, "constructor": {"prototype": {"x": 1}}}',
    status: 400,
    code: 'RECORD_INVALID',
    says: '"constructor" is not a field of the contract',
  },
  {
    title: '__proto__ beside the records',
    body: many(`[${good}]`, ', "__proto__": {"strict": true}'),
    status: 400,
    code: 'RECORD_INVALID',
    says: '"__proto__" is not known here',
  },
  { title: 'null', body: 'null', status: 400, code: 'RECORD_INVALID', says: 'must be one JSON object' },
  { title: 'a number', body: '5', status: 400, code: 'RECORD_INVALID', says: 'must be one JSON object' },
  { title: 'an array', body: `[${good}]`, status: 400, code: 'RECORD_INVALID', says: 'The body is an array' },
  {
    title: 'text where a number belongs',
    body: '{"hours_studied": "3", "quiz_score": 83}',
    status: 400,
    code: 'RECORD_INVALID',
    says: 'hours_studied is "3"; it must be a number from 0 to 168',
  },
  {
    title: 'a missing field',
    body: '{"hours_studied": 3}',
    status: 400,
    code: 'RECORD_INVALID',
    says: 'quiz_score is missing',
  },
  {
    title: 'a misspelt field',
    body: '{"hours_studied": 3, "quiz_score": 83, "lerner_id": "L1"}',
    status: 400,
    code: 'RECORD_INVALID',
    says: 'did you mean "learner_id"?',
  },
  {
    title: 'records that are none',
    body: many('{"0": 1}'),
    status: 400,
    code: 'RECORD_INVALID',
    says: 'it must be an array of records',
  },
  {
    title: 'strict that is no boolean',
    body: many('[]', ', "strict": "yes"'),
    status: 400,
    code: 'RECORD_INVALID',
    says: 'strict is "yes"; it must be true or false',
  },
  {
    title: 'a misspelt strict',
    body: many('[]', ', "strit": true'),
    status: 400,
    code: 'RECORD_INVALID',
    says: 'did you mean strict?',
  },
  {
    title: 'too many records',
    body: many(`[${Array.from({ length: 6 }, () => good)}]`),
    status: 413,
    code: 'RECORDS_TOO_MANY',
    says: '6 records; 5 are allowed',
  },
  {
    title: 'a body of 10 MB',
    body: `{"learner_id": "${'x'.repeat(10_000_000)}"}`,
    status: 413,
    code: 'BODY_TOO_LARGE',
    says: 'more than 200000 bytes',
  },
  {
    title: 'another content type',
    body: good,
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'CONTENT_TYPE',
    says: 'The content type is "text/plain"',
  },
  {
    title: 'a content type that is none',
    body: good,
    headers: { 'content-type': ';;;' },
    status: 415,
    code: 'CONTENT_TYPE',
    says: 'The content type is ";;;"',
  },
  {
    title: 'another charset',
    body: good,
    headers: { 'content-type': 'application/json; charset=latin1' },
    status: 415,
    code: 'CONTENT_TYPE',
    says: 'The charset is "latin1"',
  },
  {
    title: 'a compressed body',
    body: good,
    headers: { 'content-encoding': 'br' },
    status: 415,
    code: 'CONTENT_ENCODING',
    says: '"br"',
  },
];

test.each(table)('$title is $status $code', async ({ body, headers = {}, status, code, says, where }) => {
  const { post, lines } = openTestServer({ extra: 'online: { body: 200kB, records: 5 }\n' });
  const answer = await post(body, { headers });
  const { error } = answer.json();
  expect({ status: answer.statusCode, code: error.code }).toEqual({ status, code });
  expect(error.message).toContain(says);
  if (where !== undefined) expect(error.where).toBe(where);
  expect(error.hint).toMatch(/\.$/);
  expect(error.request_id).toBe(answer.headers['x-request-id']);
  expect(answer.body).not.toMatch(/\bat .*\.ts:|node:internal/);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 'info', fields: { code, status } });
});

test.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON'])(
  'content type %s is read',
  async (type) => {
    const { post } = openTestServer();
    expect((await post(good, { headers: { 'content-type': type } })).statusCode).toBe(200);
  },
);

test('a byte order mark in front of the body is passed over', async () => {
  const { post } = openTestServer();
  expect((await post(`\ufeff${good}`)).statusCode).toBe(200);
});

test('a request without a content type says what to send', async () => {
  const { app } = openTestServer();
  const answer = await app.inject({ method: 'POST', url: '/predict' });
  expect(answer.statusCode).toBe(415);
  expect(answer.json().error).toMatchObject({
    code: 'CONTENT_TYPE',
    message: 'The request has no content type.',
    hint: 'Send `content-type: application/json`.',
  });
});

test('thousands of broken rules make a short answer, which says how many there are', async () => {
  const { post } = openTestServer();
  const answer = await post({ records: Array.from({ length: 5000 }, () => ({})), strict: true });
  const { error } = answer.json();
  expect(error.message).toContain('5000 of 5000 records break the input contract');
  expect(error.issues).toHaveLength(100);
  expect(error.issues_total).toBe(10_000);
  expect(answer.body.length).toBeLessThan(40_000);
});

test.each([
  ['GET', '/predict', 405, 'POST'],
  ['PUT', '/models/learner-risk/predict', 405, 'POST'],
  ['DELETE', '/metrics', 405, 'GET, HEAD'],
  ['OPTIONS', '/', 405, 'GET, HEAD'],
  ['POST', '/health/ready', 405, 'GET, HEAD'],
  ['GET', '/predict/more', 404, undefined],
  ['POST', '/models//predict', 404, undefined],
  ['POST', '/models/other/predict', 404, undefined],
  ['POST', `/models/${'x'.repeat(500)}/predict`, 404, undefined],
  ['GET', '/%zz', 404, undefined],
] as const)('%s %s is %i', async (method, url, status, allow) => {
  const { app, meter } = openTestServer();
  const body = { payload: good, headers: { 'content-type': 'application/json' } };
  const answer = await app.inject({ method, url, ...(method === 'GET' ? {} : body) });
  expect({ status: answer.statusCode, allow: answer.headers.allow }).toEqual({ status, allow });
  expect(answer.json().error.code).toMatch(/^(METHOD_NOT_ALLOWED|ROUTE_NOT_FOUND|MODEL_NOT_FOUND)$/);
  expect(await meter.text()).toContain(`status="${status}"} 1`);
});
