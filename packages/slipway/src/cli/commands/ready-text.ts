import type { ServedModel } from '../../online/models/model-slot.ts';
import { exampleText } from '../../online/openapi/example-record.ts';
import type { Running } from '../../online/run-server.ts';

/** The line on stdout that says where the server answers: one JSON document for programs, or a request to try. */
export function readyText({ address, grpc, repository }: Running, asJson: boolean): string {
  const { url, host, port } = address;
  const served = repository.entries().flatMap(({ slot }) => slot.current() ?? []);
  if (asJson) {
    const models = served.map(({ name, version, model }) => ({
      model: name,
      version,
      engine: model.predictor.session.engine,
    }));
    // Of a server of one model also what it was called before a server could have several.
    const only = models.length === 1 ? models[0] : {};
    const calls = grpc === null ? {} : { grpc: grpc.url };
    return `${JSON.stringify({ ready: true, url, host, port, pid: process.pid, ...calls, ...only, models })}\n`;
  }
  const calls = grpc === null ? '' : `Calls of gRPC are answered at ${grpc.url}.\n`;
  return served.map((each) => answerLine(url, each, served.length > 1)).join('') + calls;
}

function answerLine(url: string, { name, version, model }: ServedModel, named: boolean): string {
  const { engine } = model.predictor.session;
  const answers = `${name} ${version} answers at ${url} (${engine}: ${model.engine.reason}).`;
  const record = exampleText(model.launch.input)?.replaceAll("'", "'\\''");
  if (record === undefined) return `${answers} What a record is: ${url}/openapi.json\n`;
  const route = named ? `/models/${name}/predict` : '/predict';
  return `${answers} Try:\n  curl ${url}${route} -H 'content-type: application/json' -d '${record}'\n`;
}
