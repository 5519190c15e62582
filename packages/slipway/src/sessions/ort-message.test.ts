import { expect, test } from 'vitest';
import { ortMessage } from './ort-message.ts';

test.each([
  [
    '/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&) Unsupported model IR version: 999',
    'Unsupported model IR version: 999',
  ],
  [
    '/onnxruntime_src/onnxruntime/core/graph/model.cc:284 onnxruntime::Model::Model(onnx::ModelProto&&) [ONNXRuntimeError] : 10 : INVALID_GRAPH : Model is cyclic',
    'Model is cyclic',
  ],
  [
    'Fatal error: acme.vision:Blur(-1) is not a registered function/op',
    'Fatal error: acme.vision:Blur(-1) is not a registered function/op',
  ],
  ['', ''],
])('%s', (text, message) => {
  expect(ortMessage(new Error(text))).toBe(message);
});

test('what is no error is told as it is', () => {
  expect(ortMessage('gone')).toBe('gone');
});
