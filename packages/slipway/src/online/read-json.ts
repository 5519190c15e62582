import { isUtf8 } from 'node:buffer';
import { fail } from '@slipway/core';
import { countMembers, scanJson } from '../json/scan-json.ts';
import { findJsonFault } from './json-fault.ts';

const byteOrderMark = 0xfeff;

/**
 * The value of a JSON body. Raises BODY_NOT_JSON with the place of the fault, BODY_TOO_DEEP, and BODY_DUPLICATE_KEY:
 * parsers differ in which of two equal keys they keep, so none is guessed. `read` is a parser that keeps more of it.
 */
export function readJson(bytes: Buffer, depthMax: number, read: (text: string) => unknown = JSON.parse): unknown {
  if (bytes.length === 0) throw fail('BODY_NOT_JSON', { message: 'The request has no body.' });
  if (!isUtf8(bytes)) {
    throw fail('BODY_NOT_JSON', { message: 'The body is not UTF-8.', hint: 'Send JSON in UTF-8.' });
  }
  const whole = bytes.toString();
  const text = whole.charCodeAt(0) === byteOrderMark ? whole.slice(1) : whole;
  const { depth, members } = scanJson(text, depthMax);
  if (depth > depthMax) {
    throw fail('BODY_TOO_DEEP', { message: `Objects and arrays of the body stand more than ${depthMax} deep.` });
  }
  const value = parse(text, read);
  if (countMembers(value) !== members) throw duplicateKey(text);
  return value;
}

function parse(text: string, read: (text: string) => unknown): unknown {
  try {
    return read(text);
  } catch (cause) {
    const fault = findJsonFault(text);
    const reason = fault === null ? '' : `: ${fault.reason}`;
    const where = fault === null ? undefined : placeOf(fault);
    throw fail('BODY_NOT_JSON', { message: `The body is not JSON${reason}.`, where, cause });
  }
}

function duplicateKey(text: string) {
  const fault = findJsonFault(text);
  const message = fault === null ? 'A name stands twice in one object' : `In the body ${fault.reason}`;
  return fail('BODY_DUPLICATE_KEY', { message: `${message}.`, where: fault === null ? undefined : placeOf(fault) });
}

function placeOf({ line, column }: { readonly line: number; readonly column: number }): string {
  return `body, line ${line}, column ${column}`;
}
