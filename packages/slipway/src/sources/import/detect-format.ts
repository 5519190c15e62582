import { unzipSync, constants as zlib } from 'node:zlib';
import { fail, type SlipwayError } from '@slipway/core';

/** The formats that are read, by what stands in the file. */
export type ModelFormat = 'xgboost-json' | 'xgboost-ubjson' | 'lightgbm' | 'onnx' | 'pickle';

/**
 * Tells the format from the bytes: names of files are often wrong. Raises MODEL_FILE_UNKNOWN with what the file is
 * instead, and what to do about it. What looks like nothing known is taken for ONNX, whose reader has the last word.
 */
export function detectFormat(bytes: Uint8Array, path: string): ModelFormat {
  const head = latin1(bytes.subarray(0, headBytes));
  const other = foreignFormat(bytes, head);
  if (other !== null) throw unknown(other, path);
  if (isPickle(bytes, head)) return 'pickle';
  if (isXgboostUbjson(head)) return 'xgboost-ubjson';
  const text = head.replace('\xef\xbb\xbf', '').trimStart();
  if (text.startsWith('tree\n') || text.startsWith('tree\r\n')) return 'lightgbm';
  if (text.startsWith('{') && !hasControls(text)) return jsonFormat(text, path);
  if (!hasControls(head) && !/[\x80-\xff]/.test(head)) {
    throw unknown({ what: 'plain text', instead: 'Give a file of XGBoost, LightGBM or ONNX.' }, path);
  }
  return 'onnx';
}

const headBytes = 8192;

interface Foreign {
  readonly what: string;
  readonly instead: string;
}

const toOnnx = 'Export the model to ONNX and import that file';

/** Formats that are known by how they begin, and not read. */
const beginnings: readonly (Foreign & { readonly start: string })[] = [
  {
    start: 'binf',
    what: "a model in XGBoost's old binary format",
    instead: 'Load it with the XGBoost that wrote it (before 3.1), then booster.save_model("model.ubj").',
  },
  {
    start: 'bs64',
    what: "a model in XGBoost's old binary format",
    instead: 'Load it with the XGBoost that wrote it (before 3.1), then booster.save_model("model.ubj").',
  },
  {
    start: '\0\0\0\x3f',
    what: "most likely a model in XGBoost's old binary format",
    instead: 'Load it with the XGBoost that wrote it (before 3.1), then booster.save_model("model.ubj").',
  },
  { start: 'CBM1', what: 'a CatBoost model', instead: 'In Python: model.save_model("model.onnx", format="onnx").' },
  { start: '\x89HDF\r\n', what: 'an HDF5 file, such as Keras writes', instead: `${toOnnx}, with tf2onnx.` },
  {
    start: 'booster[0]',
    what: 'a text dump of XGBoost trees',
    instead: 'Save the model itself: booster.save_model("model.ubj").',
  },
];

function foreignFormat(bytes: Uint8Array, head: string): Foreign | null {
  if (bytes.length === 0) return { what: 'a file without a byte in it', instead: 'Save the model again.' };
  const found = beginnings.find(({ start }) => head.startsWith(start));
  if (found !== undefined) return found;
  if (head.startsWith('PK\x03\x04')) return zipFormat(bytes);
  if (head.startsWith('version https://git-lfs')) {
    return { what: 'a Git LFS pointer: the model itself was not fetched', instead: 'Run `git lfs pull`.' };
  }
  if (/<PMML[\s>]/.test(head))
    return { what: 'a PMML document', instead: `${toOnnx} from the library that trained it.` };
  return null;
}

/** A zip archive tells by the names of its members what it is; these stand at its beginning and at its end. */
function zipFormat(bytes: Uint8Array): Foreign {
  const names = latin1(bytes.subarray(0, headBytes)) + latin1(bytes.subarray(-headBytes));
  if (names.includes('data.pkl'))
    return { what: 'a PyTorch file', instead: `${toOnnx}: torch.onnx.export(model, ...).` };
  if (names.includes('model.weights.h5')) return { what: 'a Keras file', instead: `${toOnnx}, with tf2onnx.` };
  if (names.includes('schema.json')) {
    return { what: 'a skops file', instead: 'Load it in Python and call slipway_export.export.' };
  }
  if (names.includes('Manifest.json')) return { what: 'a Core ML package', instead: `${toOnnx} from the original.` };
  return { what: 'a zip archive', instead: 'Unpack it and give the model file inside.' };
}

/** JSON of XGBoost begins with one of its three members; other libraries' dumps are told apart by theirs. */
function jsonFormat(text: string, path: string): ModelFormat {
  if (/^\{\s*"(learner|version|Config)"\s*:/.test(text)) return 'xgboost-json';
  if (/^\{\s*"name"\s*:\s*"tree"/.test(text)) {
    throw unknown(
      { what: 'a JSON dump of LightGBM', instead: 'Save the model itself: booster.save_model("model.txt").' },
      path,
    );
  }
  throw unknown(
    { what: 'JSON, but not that of an XGBoost model', instead: 'Give the file of booster.save_model.' },
    path,
  );
}

/** An object whose first name has a length of 8 bytes, big-endian, as XGBoost writes it. */
function isXgboostUbjson(head: string): boolean {
  return ['learner', 'version', 'Config'].some((name) =>
    head.startsWith(`{L\0\0\0\0\0\0\0${String.fromCharCode(name.length)}${name}`),
  );
}

/** Protocols 2 to 5 begin with their number, the text protocol with a class or an object. */
const pickleStarts = [
  '\x80\x02',
  '\x80\x03',
  '\x80\x04',
  '\x80\x05',
  'ccopy_reg\n',
  '(dp0\n',
  '(lp0\n',
  '(dp1\n',
  '(lp1\n',
];

/** xz, lzma, bzip2 and lz4 are not unpacked here: of models only joblib writes them. */
const packedStarts = ['\xfd7zXZ\0', '\x5d\0\0', 'BZh', '\x04\x22\x4d\x18'];

/** joblib may compress a pickle. A gzip file that holds something else is of no use either. */
function isPickle(bytes: Uint8Array, head: string): boolean {
  if (startsWithAny(head, [...pickleStarts, ...packedStarts])) return true;
  return startsWithAny(head, ['\x78', '\x1f\x8b']) && startsWithAny(unpackedHead(bytes), pickleStarts);
}

function startsWithAny(text: string, starts: readonly string[]): boolean {
  return starts.some((start) => text.startsWith(start));
}

/** The first bytes behind a zlib or gzip header, however large the whole would be. */
function unpackedHead(bytes: Uint8Array): string {
  try {
    const start = bytes.subarray(0, 512);
    return latin1(unzipSync(start, { finishFlush: zlib.Z_SYNC_FLUSH, maxOutputLength: 1 << 20 }));
  } catch {
    return '';
  }
}

function unknown({ what, instead }: Foreign, path: string): SlipwayError {
  return fail('MODEL_FILE_UNKNOWN', {
    message: `The file is ${what}, which import does not read.`,
    where: path,
    hint: instead,
  });
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function hasControls(text: string): boolean {
  return /(?![\t\n\r])\p{Cc}/u.test(text.slice(0, 512));
}
