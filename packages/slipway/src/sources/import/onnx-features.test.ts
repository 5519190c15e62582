import { readSignature } from '@slipway/core';
import { embeddingModel, imageModel } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { rawFeature } from './import-feature.ts';
import { onnxFeatures } from './onnx-features.ts';

test('an input of token ids is an array of integers, one of pixels an array of numbers', () => {
  const shapes = { input_ids: [5], attention_mask: [5] };
  const ids = onnxFeatures(readSignature(embeddingModel()), { names: null, shapes });
  expect(ids.map(rawFeature)).toEqual([
    { type: 'array', shape: [5], items: 'integer' },
    { type: 'array', shape: [5], items: 'integer' },
  ]);
  const pixels = onnxFeatures(readSignature(imageModel()), { names: null, shapes: { image: [3, 4, 4] } });
  expect(pixels.map(rawFeature)).toEqual([{ type: 'array', shape: [3, 4, 4] }]);
});
