import { describe, expect, test } from 'vitest';
import { openTestServer } from '../fixtures/open-test-server.ts';

// The learner's score is the quiz score in hundredths; 13 hours break the model, 14 break its output contract.

const fallback = 'fallback: { when: [error, timeout], use: { risk_score: null, needs_support: null } }\n';
const hours = (...data: number[]) => ({ name: 'hours_studied', datatype: 'FP64', shape: [data.length], data });
const quiz = (...data: number[]) => ({ name: 'quiz_score', datatype: 'FP64', shape: [data.length], data });

function post(body: object, extra = '') {
  return openTestServer({ extra }).post(body, { url: '/v2/models/learner-risk/infer' });
}

describe('where the model fails', () => {
  const inputs = [hours(3, 13, 14), quiz(40, 50, 60)];
  test('without a fallback the request fails', async () => {
    const answer = await post({ inputs });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ error: expect.stringMatching(/raised an error/), code: 'MODEL_FAILED' });
  });

  test('the fallback answers the rows that failed, and says so', async () => {
    const answer = await post({ inputs }, fallback);
    expect(answer.headers['x-slipway-fallback']).toBe('error');
    expect(answer.json()).toMatchObject({
      parameters: { fallback: 'error', fallback_records: 2 },
      outputs: [
        { name: 'risk_score', data: [0.4, null, null] },
        { name: 'needs_support', data: [false, null, null] },
        { name: 'prediction_id' },
        { name: 'fallback', datatype: 'BYTES', data: ['', 'error', 'error'] },
      ],
    });
  });

  test('a binary float says null as NaN; a flag cannot, and no value is made up for it', async () => {
    const parameters = { binary_data_output: true };
    const outputs = [{ name: 'risk_score' }];
    const float = await post({ inputs, outputs, parameters }, fallback);
    const bytes = float.rawPayload.subarray(Number(float.headers['inference-header-content-length']));
    expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual([Math.fround(0.4), Number.NaN, Number.NaN]);
    const flag = await post({ inputs, parameters }, fallback);
    expect(flag.statusCode).toBe(503);
    expect(flag.json()).toMatchObject({ error: expect.stringMatching(/"needs_support"/), code: 'FALLBACK_HAS_NULL' });
  });

  test('a request whose time is over is late, or has the fallback', async () => {
    const parameters = { timeout: 1 };
    const late = await post({ inputs, parameters });
    expect([late.statusCode, late.json().code]).toEqual([504, 'DEADLINE_EXCEEDED']);
    const instead = await post({ inputs, parameters }, fallback);
    expect(instead.json()).toMatchObject({ parameters: { fallback: 'timeout', fallback_records: 3 } });
  });
});
