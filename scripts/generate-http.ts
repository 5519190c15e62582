import { launchDefaults, parseLaunch } from '@slipway/core';
import { serverLimits } from '../packages/slipway/src/online/limits.ts';
import { openApiDocument } from '../packages/slipway/src/online/openapi/document.ts';
import {
  limitNames,
  limitSettingOf,
  limitSettings,
  limitsTable,
} from '../packages/slipway/src/settings/limits-table.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** The reference page of the HTTP API: the OpenAPI document of a small launch, and the limits of the server. */
export function httpFiles(): readonly GeneratedFile[] {
  return [{ path: 'docs/reference/http.md', content: `${intro}${routeRows()}${body}${limitRows()}${outro}` }];
}

const launch = `
slipway: 1
model: learner-risk
version: 1.0.0
artifact: model.onnx
input: { hours_studied: { type: number } }
output: { risk_score: { type: number, from: probabilities, class: 1 } }
`;

interface Operation {
  readonly summary: string;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** One line a route: what it is for, and the statuses that it answers with. */
function routeRows(): string {
  const document = openApiDocument(parseLaunch(launch, 'launch.yaml'), '');
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary, responses }]) => {
      const statuses = Object.keys(responses).join(', ');
      return `| \`${method.toUpperCase()} ${path}\` | ${summary.replace('learner-risk', 'the model')} | ${statuses} |\n`;
    }),
  );
  return rows.join('');
}

function limitRows(): string {
  const settings = limitSettings();
  const rows: readonly (readonly string[])[] = [
    ['Body, also when it is unpacked', '`online.body` of the launch file', launchDefaults.onlineBody, '413'],
    ['Records in a request', '`online.records`', String(launchDefaults.onlineRecords), '413'],
    ['Time for an answer, from the headers on', '`online.deadline`', launchDefaults.onlineDeadline, '504'],
    ['The same for all models', '`--deadline`', 'none', '504'],
    ['Requests of a caller to a model', '`online.rate`', 'none', '429'],
    ...limitNames.map((name) => {
      const { word, beyond, description } = limitsTable[name];
      return [
        description.replace(/\.$/, ''),
        `\`--limit-${word}\``,
        settings[limitSettingOf(name)].default ?? '',
        beyond,
      ];
    }),
    ['Objects and arrays in one another', 'fixed', String(serverLimits.depth), '400'],
    ['Bytes of all answers that their callers do not take', 'fixed', `${serverLimits.unreadBytes / 1e6} MB`, 'cut'],
    ['A message of gRPC', 'fixed', `${serverLimits.grpcMessageBytes / 1e6} MB`, 'RESOURCE_EXHAUSTED'],
    ['Calls of gRPC at work on one connection', 'fixed', String(serverLimits.grpcStreams), 'wait'],
    ['Broken rules that one error lists', 'fixed', String(serverLimits.issues), 'left out'],
    ['Characters of a request id', 'fixed', String(serverLimits.requestIdChars), 'replaced'],
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

const intro = `${markdownMark('the OpenAPI document and the limits of slipway serve')}
# HTTP API

What \`slipway serve\` answers. \`GET /openapi.json\` of a running server says the same for its own model, with the schemas
of its records and answers.

| Route | What it is for | Answers |
| --- | --- | --- |
`;

const body = `
A path that is not there is 404; a method that a path does not take is 405, with the methods in \`allow\`. \`HEAD\` is
answered wherever \`GET\` is. What is not HTTP is 400, headers that are too large 431, a request that does not arrive in
time 408.

## Requests

\`content-type: application/json\`, UTF-8, as it is or with \`content-encoding: gzip\` or \`deflate\`. The body is one record, or many:

\`\`\`json
{ "records": [{ "hours_studied": 4 }, { "hours_studied": 7 }], "strict": false }
\`\`\`

Without \`strict\` every record is answered in its place, with a prediction or with \`{"error": …}\`, and the status is 200.
With \`"strict": true\` one record that cannot be answered refuses the whole request, and no event is made.

JSON is read strictly: no NaN, no Infinity, no name twice in one object, no field that the contract does not know. A byte
order mark is passed over.

## Open Inference Protocol

The routes below \`/v2\` speak the Open Inference Protocol: [the guide](../guides/open-inference.md). They read JSON, with binary
tensors behind it where \`inference-header-content-length\` says how long it is, also compressed (gzip, deflate), and write errors
as \`{"error": "…", "code": "…", …}\`. Rows that break the contract refuse the whole request.

## Headers

| Header | In | What it says |
| --- | --- | --- |
| \`x-request-id\` | both | The id of the request, in the answer, in errors and in the log. One that is not visible ASCII, or too long, is replaced. |
| \`x-slipway-timeout-ms\` | request | How long the caller will wait, in milliseconds from the headers on. |
| \`x-slipway-fallback\` | answer | Why the fallback answered, where it did for at least one record. |
| \`authorization\` | request | \`Bearer\` and a key or a token, where the server asks for one: for all but \`/docs\` and the health routes. |
| \`www-authenticate\` | answer | With 401: \`Bearer\`. |
| \`retry-after\` | answer | With 429 and 503: seconds to wait. |
| \`allow\` | answer | With 405: the methods that the path takes. |

## Errors

\`\`\`json
{ "error": { "code": "RECORD_INVALID", "message": "…", "where": "records[1]", "hint": "…", "issues": [{ "record": 1, "field": "hours_studied", "rule": "minimum", "value": -1, "message": "…" }], "request_id": "…" } }
\`\`\`

\`code\`, \`message\`, \`hint\` and, outside of a list of predictions, \`request_id\` are always there. \`issues\` lists the broken
rules of records; where there are more than it lists, \`issues_total\` says how many. \`record\` stands in the issues of a
strict request alone. An error on the side of the server says no more than its code; the log has the rest under the
request id. [Errors](errors.md) explains every code.

## Limits

| Limit | Set by | Default | Beyond it |
| --- | --- | --- | --- |
`;

const outro = `
A body beyond its limit is answered at once with 413. The rest of it is still read, to ${serverLimits.discardFactor} times the limit, so that the
caller gets to read the answer; who sends on is cut off.

Each limit of a flag has a [setting](settings.md) of the same name. Connections and requests in flight are counted in each
worker. Times are looked at once a second, so that a connection may live a second longer.

The clock of a deadline starts with the headers. A request whose body is not here by its deadline is answered 504 and not
run; \`x-slipway-timeout-ms\` can shorten the deadline and never lengthen it. A caller that closes its side of the connection
has gone: what it asked for is not run, or its run is cancelled, and it counts as 499.

## Browsers

Every answer says \`x-content-type-options: nosniff\`, \`cache-control: no-store\` and a content security policy that lets a browser do
nothing with it; over https also \`strict-transport-security\`. Pages of other origins may ask only where
\`--cors-origins\` names their origin exactly.
`;
