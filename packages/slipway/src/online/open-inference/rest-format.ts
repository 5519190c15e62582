import {
  type Bytes,
  fail,
  isPromise,
  type MaybePromise,
  type SlipwayError,
  shortestFloat32,
  writeInferResponse,
} from '@slipway/core';
import type { FastifyRequest } from 'fastify';
import type { CallLimits, HttpAnswer, HttpFormat } from '../call/format.ts';
import { withContentCoding } from '../content-coding.ts';
import type { ServedModel } from '../models/model-slot.ts';
import { type Inferred, infer } from './infer.ts';
import { openInferenceProblem } from './problem-text.ts';
import { jsonLengthHeader, readRestRequest } from './rest-body.ts';

/** Inference requests of the Open Inference Protocol over HTTP. */
export const openInference: HttpFormat = withContentCoding({
  refusesType: typeFault,
  answer,
  problem: openInferenceProblem,
});

/** Clients that send binary tensors often name no type, and some name the one of JSON. */
function typeFault(type: string | undefined): SlipwayError | null {
  if (type === undefined) return null;
  const media = (type.split(';', 1)[0] as string).trim().toLowerCase();
  if (media === 'application/json' || media === 'application/octet-stream') return null;
  return fail('CONTENT_TYPE', {
    message: `The content type is ${JSON.stringify(type.slice(0, 60))}.`,
    hint: 'Send application/json, or application/octet-stream where binary tensors follow.',
  });
}

function answer(
  served: ServedModel,
  bytes: Buffer,
  limits: CallLimits,
  { headers }: FastifyRequest,
): MaybePromise<HttpAnswer> {
  const { model } = served;
  const made = infer(model, readRestRequest(model, bytes, headers[jsonLengthHeader]), limits);
  return isPromise(made) ? made.then(written) : written(made);
}

function written({ response, answered }: Inferred): HttpAnswer {
  const { json, binary } = writeInferResponse(response, numberText);
  if (binary.length === 0) return { body: Buffer.from(json), headers: jsonHeaders, ...answered };
  const head = Buffer.from(json);
  const headers = { 'content-type': 'application/octet-stream', [jsonLengthHeader]: String(head.length) };
  return { body: Buffer.concat([head, ...(binary as Bytes[])]), headers, ...answered };
}

const jsonHeaders = { 'content-type': 'application/json' };

/** A float32 with the fewest digits that read back the same. */
function numberText(value: number): string {
  return String(shortestFloat32(value));
}
