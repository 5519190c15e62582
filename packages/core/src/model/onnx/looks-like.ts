/** What a file is instead, and what to do about it. */
export interface OtherFormat {
  readonly message: string;
  readonly hint: string | null;
}

const exportHint = 'Export the model to ONNX, for example with skl2onnx or onnxmltools, and give that file.';

/** Beginnings of files that people take for a model: bytes at an offset. Never the beginning of an ONNX file. */
const signatures: readonly { readonly at: number; readonly bytes: string; readonly what: string }[] = [
  { at: 0, bytes: 'PK\x03\x04', what: 'a zip archive, such as PyTorch and Keras write' },
  { at: 0, bytes: '\x1f\x8b', what: 'a gzip file' },
  { at: 0, bytes: '\x28\xb5\x2f\xfd', what: 'a zstd file' },
  { at: 0, bytes: '\x80\x02', what: 'a Python pickle' },
  { at: 0, bytes: '\x80\x03', what: 'a Python pickle' },
  { at: 0, bytes: '\x80\x04', what: 'a Python pickle, such as joblib writes' },
  { at: 0, bytes: '\x80\x05', what: 'a Python pickle' },
  { at: 0, bytes: '\x89HDF\r\n', what: 'an HDF5 file, such as Keras writes' },
  { at: 4, bytes: 'TFL3', what: 'a TensorFlow Lite model' },
  { at: 4, bytes: 'ORTM', what: "a model in ONNX Runtime's own format" },
  { at: 0, bytes: 'PAR1', what: 'a Parquet file' },
  { at: 0, bytes: '\x7fELF', what: 'a program' },
  { at: 0, bytes: '\x89PNG', what: 'a picture' },
];

/** Tells other formats by how they begin; null where the bytes may be ONNX. */
export function looksLike(bytes: Uint8Array): OtherFormat | null {
  if (bytes.length === 0) return { message: 'The file is empty.', hint: null };
  const head = String.fromCharCode(...bytes.subarray(0, 512));
  const found = signatures.find(({ at, bytes: start }) => head.startsWith(start, at));
  if (found !== undefined) return { message: `The file is ${found.what}, not an ONNX model.`, hint: exportHint };
  if (head.startsWith('version https://git-lfs')) {
    const message = 'The file is a Git LFS pointer: the model itself was not fetched.';
    return { message, hint: 'Run `git lfs pull`.' };
  }
  const text = textFormat(head);
  return text === null ? null : { message: `The file is ${text}, not an ONNX model.`, hint: exportHint };
}

/**
 * Text has no control characters but white space. An ONNX file has them in its first bytes: it begins with the tag of a
 * field and a small number or length.
 */
function textFormat(head: string): string | null {
  if (hasControls(head)) return null;
  const start = head.replace('\xef\xbb\xbf', '').trimStart();
  if (start.startsWith('{') || start.startsWith('[')) return 'JSON text';
  if (/^<(!doctype|html)/i.test(start)) return 'an HTML page';
  if (start.startsWith('<')) return 'XML text';
  if (start.startsWith('tree\nversion=')) return 'a LightGBM text model';
  return 'a text file';
}

function hasControls(head: string): boolean {
  for (let at = 0; at < head.length; at++) {
    const code = head.charCodeAt(at);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return true;
  }
  return false;
}
