import { logisticModel } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';

const utf8 = new TextEncoder();
const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ['an empty file', new Uint8Array(0), 'The file is empty.'],
  ['a zip archive', bytes('PK\x03\x04\x14\0'), 'a zip archive, such as PyTorch'],
  ['a pickle', bytes('\x80\x04\x95\x0b\0\0'), 'a Python pickle, such as joblib'],
  ['a gzip file', bytes('\x1f\x8b\x08\0'), 'a gzip file'],
  ['an HDF5 file', bytes('\x89HDF\r\n\x1a\n'), 'an HDF5 file'],
  ['a TensorFlow Lite model', bytes('\x1c\0\0\0TFL3\0\0'), 'a TensorFlow Lite model'],
  ['a Parquet file', bytes('PAR1\x15\x04'), 'a Parquet file'],
  ['JSON', utf8.encode(' {"learner": {}}'), 'JSON text'],
  ['JSON behind a byte-order mark', utf8.encode('\ufeff{"learner": {}}'), 'JSON text'],
  ['a web page', utf8.encode('<!DOCTYPE html>\n<html></html>'), 'an HTML page'],
  ['XML', utf8.encode('<?xml version="1.0"?><PMML/>'), 'XML text'],
  ['a LightGBM model', utf8.encode('tree\nversion=v4\nnum_class=1\n'), 'a LightGBM text model'],
  ['YAML', utf8.encode('slipway: 1\nmodel: learner-risk\n'), 'a text file'],
  ['text in another alphabet', utf8.encode('Модель'), 'a text file'],
  ['a Git LFS pointer', utf8.encode('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'), 'a Git LFS pointer'],
])('%s is told apart from ONNX', (_, file, message) => {
  expect(() => decodeModel(file)).toThrow(
    expect.objectContaining({ code: 'ARTIFACT_NOT_ONNX', message: expect.stringContaining(message) }),
  );
});

test('bytes of no known format are said to be no whole ONNX model', () => {
  const file = Uint8Array.from({ length: 64 }, (_, at) => (at * 89 + 201) % 256);
  expect(() => decodeModel(file)).toThrow('The file of 64 bytes is not a whole ONNX model');
});

test('an ONNX file is not taken for text, whatever its names', () => {
  const base = logisticModel();
  const model = { ...base, producer: '{"json": true}'.repeat(60) };
  expect(decodeModel(encodeModel(model)).producer).toBe(model.producer);
});
