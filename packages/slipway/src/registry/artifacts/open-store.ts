import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fail } from '@slipway/core';
import { masked } from '../../settings/mask.ts';
import type { ArtifactStore } from '../ports.ts';
import { folderStore } from './folder-store.ts';
import type { S3Place } from './s3-requests.ts';

export interface OpenStoreOptions {
  /** `file:PATH`, relative to `folder`, or `s3://bucket/prefix`. */
  readonly url: string;
  readonly folder: string;
  /** Where an S3-compatible store is and who asks: SLIPWAY_S3_ENDPOINT, SLIPWAY_S3_PATH_STYLE, AWS_*. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Opens the artifact store; nothing is asked of it yet. Raises STORE_URL. */
export async function openArtifactStore({ url, folder, env }: OpenStoreOptions): Promise<ArtifactStore> {
  if (url.startsWith('file:') && url.length > 'file:'.length) {
    const path = url.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
    return folderStore(path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path));
  }
  if (url.startsWith('s3://')) {
    const place = s3Place(url, env);
    // The signer is loaded where there is something to sign.
    const { s3Store } = await import('./s3-store.ts');
    return s3Store(place);
  }
  const begins = url.split(':')[0] ?? '';
  throw fail('STORE_URL', { message: `The address of the artifact store begins with ${JSON.stringify(begins)}.` });
}

function s3Place(url: string, env: OpenStoreOptions['env']): S3Place {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? [];
  if (bucket === undefined) {
    const said = JSON.stringify(masked(url, false));
    throw fail('STORE_URL', {
      message: `${said} names no bucket.`,
      hint: 'Write s3://bucket/prefix; credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    });
  }
  const prefix = path.replace(/^\/+|\/+$/g, '');
  const region = given(env, 'AWS_REGION') ?? given(env, 'AWS_DEFAULT_REGION') ?? 'us-east-1';
  const endpoint =
    given(env, 'SLIPWAY_S3_ENDPOINT') ?? given(env, 'AWS_ENDPOINT_URL_S3') ?? given(env, 'AWS_ENDPOINT_URL');
  if (endpoint !== null) checkEndpoint(endpoint);
  const style = given(env, 'SLIPWAY_S3_PATH_STYLE');
  return {
    endpoint: endpoint ?? `https://s3.${region}.amazonaws.com`,
    region,
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    // Most stores that are not Amazon's take the bucket in the path; a dot in its name does not fit a certificate.
    isPathStyle: style === null ? endpoint !== null || bucket.includes('.') : style !== 'false',
    credentials: {
      id: demanded(env, 'AWS_ACCESS_KEY_ID'),
      secret: demanded(env, 'AWS_SECRET_ACCESS_KEY'),
      session: given(env, 'AWS_SESSION_TOKEN'),
    },
  };
}

/** The endpoint stands in messages: what is secret has its own variables. */
function checkEndpoint(endpoint: string): void {
  const url = /^https?:\/\/[^/]/.test(endpoint) && URL.canParse(endpoint) ? new URL(endpoint) : null;
  // A user alone may be a token.
  const said = JSON.stringify(masked(endpoint.replace(/^(\w+:\/\/).*@/, '$1••••@'), false));
  const where = 'SLIPWAY_S3_ENDPOINT';
  if (url === null) {
    throw fail('STORE_URL', {
      message: `The endpoint ${said} is no address.`,
      where,
      hint: 'Write one like https://s3.example.org.',
    });
  }
  if (url.username === '' && url.password === '' && url.search === '' && url.hash === '') return;
  throw fail('STORE_URL', {
    message: `The endpoint ${said} holds more than an address: a user, a password, or something behind a ? or #.`,
    where,
    hint: 'Write it without them; credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  });
}

function demanded(env: OpenStoreOptions['env'], name: string): string {
  const value = given(env, name);
  if (value !== null) return value;
  throw fail('STORE_URL', {
    message: `An S3-compatible store needs credentials, and ${name} is not set.`,
    where: name,
    hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  });
}

function given(env: OpenStoreOptions['env'], name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' ? null : value;
}
