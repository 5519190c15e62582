// A Fastify route that predicts with the library: npx node route.ts launch.yaml 3000
import Fastify from 'fastify';
import { isSlipwayError, openModel, toJson } from 'slipway';

const [launch = 'launch.yaml', port = '3000'] = process.argv.slice(2);
const model = await openModel(launch);
const app = Fastify();

app.post('/learners/risk', async (request) => toJson(await model.predict(request.body)));

app.setErrorHandler((error, _request, reply) => {
  if (!isSlipwayError(error)) return reply.code(500).send({ error: 'The prediction failed.' });
  return reply.code(error.kind === 'invalid' ? 400 : 500).send({ error: error.message });
});

app.addHook('onClose', () => model.close());
console.log(`listening on ${await app.listen({ host: '127.0.0.1', port: Number(port) })}`);
process.once('SIGTERM', () => app.close());
