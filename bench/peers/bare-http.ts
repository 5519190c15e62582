// The least that a Node.js server can do: read JSON, answer JSON of the size of a prediction. Nothing is checked, counted
// or logged.
import { createServer } from 'node:http';

const answer = {
  risk_score: 0,
  needs_support: true,
  thresholds: { needs_support: 0.7 },
  prediction_id: '01a20d5c-970f-7e31-935e-41ac70a881ef',
  model: 'learner-risk',
  version: '1.0.0',
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const record = JSON.parse((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString());
    const body = JSON.stringify({ ...answer, risk_score: record.quiz_score / 101 });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'));
