import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '@slipway/core';
import type { TlsOptions } from '../../online/server.ts';
import type { Io } from '../io.ts';

export interface TlsFiles {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** Reads certificate and key, and sees that they belong together. Raises USAGE with the file that is wrong. */
export async function readTls({ tlsCert, tlsKey }: TlsFiles, { cwd }: Pick<Io, 'cwd'>): Promise<TlsOptions | null> {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert === undefined || tlsKey === undefined) {
    const hint = 'Give --tls-cert and --tls-key together.';
    throw fail('USAGE', { message: 'Of certificate and private key one is missing.', hint });
  }
  const cert = await read(resolve(cwd, tlsCert), 'certificate chain');
  const key = await read(resolve(cwd, tlsKey), 'private key');
  const certificate = parsed(() => new X509Certificate(cert), tlsCert, 'certificate');
  const privateKey = parsed(() => createPrivateKey(key), tlsKey, 'private key');
  if (certificate.checkPrivateKey(privateKey)) return { cert, key };
  throw fail('USAGE', { message: `The private key is not that of the certificate ${tlsCert}.`, where: tlsKey });
}

function read(path: string, what: string): Promise<Buffer> {
  return readFile(path).catch((cause: Error) => {
    throw fail('USAGE', { message: `The ${what} cannot be read: ${cause.message}.`, where: path, cause });
  });
}

function parsed<T>(parse: () => T, where: string, what: string): T {
  try {
    return parse();
  } catch (cause) {
    throw fail('USAGE', { message: `The file holds no ${what} in PEM form.`, where, cause });
  }
}
