import { Validator } from '@seriousme/openapi-schema-validator';
import { parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openTestServer, testModel } from '../fixtures/open-test-server.ts';
import { severalModelsDocument } from './several-models.ts';

const launchOf = (model: string, version: string) =>
  parseLaunch(
    learnerLaunch.replace('model: learner-risk', `model: ${model}`).replace('version: 1.0.0', `version: ${version}`),
    'launch.yaml',
  );

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const launches = [launchOf('one', '1.0.0'), launchOf('one', '2.0.0-rc.1+build.5'), launchOf('two', '1.0.0')];
const document = severalModelsDocument(launches, '0.0.0') as unknown as Document;

test('the document of several models is valid, and every reference and operation is there once', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name,
  );
  for (const name of references) expect(document.components.schemas).toHaveProperty([name as string]);
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
});

test('each version has literal paths and schemas of its own; a bare name is the version that was told first', () => {
  const predict = Object.keys(document.paths).filter((path) => path.endsWith('/predict'));
  expect(predict).toEqual([
    '/models/one/predict',
    '/models/one/versions/1.0.0/predict',
    '/models/one/versions/2.0.0-rc.1%2Bbuild.5/predict',
    '/models/two/predict',
    '/models/two/versions/1.0.0/predict',
  ]);
  const { schemas } = document.components;
  expect(schemas).toHaveProperty(['two.1.0.0.Prediction']);
  expect(schemas).not.toHaveProperty('Prediction');
  expect(JSON.stringify(document.paths['/models/one/predict'])).toContain('one.1.0.0.Record');
});

test('a server answers it where it serves several, and follows what is served', async () => {
  const { app, repository } = openTestServer();
  const get = async () => (await app.inject('/openapi.json')).json() as Document;
  expect(Object.keys((await get()).paths)).toContain('/models/{model}/predict');
  repository.adopt('two.yaml', testModel(launchOf('two', '1.0.0')));
  const several = await get();
  expect(Object.keys(several.paths)).not.toContain('/predict');
  const answer = await app.inject({
    method: 'POST',
    url: '/models/two/versions/1.0.0/predict',
    headers: { 'content-type': 'application/json' },
    payload: '{"hours_studied": 3, "quiz_score": 83}',
  });
  expect(answer.statusCode).toBe(200);
  expect(Object.keys(several.paths)).toContain('/models/two/versions/1.0.0/predict');
});
