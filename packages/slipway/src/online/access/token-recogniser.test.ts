import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tokenRecogniser } from './token-recogniser.ts';

const issuer = 'https://issuer.example';
const audience = 'slipway';
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let strangers: Awaited<ReturnType<typeof generateKeyPair>>;
let server: Server;
let jwks: string;

beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  strangers = await generateKeyPair('ES256');
  const published = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'a', alg: 'ES256' }] });
  server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(published));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
});
afterAll(() => server.close());

interface TokenOf {
  readonly claims?: JWTPayload;
  readonly by?: 'issuer' | 'stranger';
  readonly expires?: string;
  readonly iss?: string;
  readonly aud?: string;
}

function token({ claims = {}, by = 'issuer', expires = '5m', iss = issuer, aud = audience }: TokenOf = {}) {
  return new SignJWT({ sub: 'mentor-page', scope: 'predict', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'a' })
    .setIssuer(iss)
    .setAudience(aud)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(by === 'issuer' ? keys.privateKey : strangers.privateKey);
}

const recogniser = () => tokenRecogniser({ jwks, issuer, audience, wallMs: () => Date.now() });

test('a token of the issuer stands for its subject, with its scopes, until it ends', async () => {
  const principal = await (await recogniser()).recognise(
    await token({ claims: { scope: 'openid slipway:predict operate:learner-risk' } }),
  );
  expect(principal).toMatchObject({
    name: 'mentor-page',
    grants: ['openid', 'predict', 'operate:learner-risk'],
    rate: null,
  });
  expect(principal.endsMs).toBeGreaterThan(Date.now());
  const other = await (await recogniser()).recognise(await token({ claims: { scope: undefined, scp: ['predict'] } }));
  expect(other.grants).toEqual(['predict']);
});

test.each<[string, TokenOf, string]>([
  ['by somebody else', { by: 'stranger' }, 'its signature is wrong'],
  ['that has ended', { expires: '-5m' }, 'it has ended'],
  ['of another issuer', { iss: 'https://other.example' }, 'it is not by the issuer'],
  ['for another audience', { aud: 'other' }, 'it is not by the issuer, or not for the audience'],
])('a token %s is refused', async (_, of, reason) => {
  await expect((await recogniser()).recognise(await token(of))).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: expect.stringContaining(reason),
  });
});

test('a token that is signed with a shared secret, or not at all, is refused', async () => {
  const secret = new TextEncoder().encode('x'.repeat(32));
  const shared = await new SignJWT({ sub: 'a' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(secret);
  await expect((await recogniser()).recognise(shared)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const bare = `${part({ alg: 'none' })}.${part({ sub: 'a', iss: issuer, aud: audience, exp: 9e9 })}.`;
  await expect((await recogniser()).recognise(bare)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('keys that cannot be fetched are our trouble and not the caller’s', async () => {
  const unreachable = await tokenRecogniser({
    jwks: 'http://127.0.0.1:9/jwks.json',
    issuer,
    audience,
    wallMs: () => Date.now(),
  });
  await expect(unreachable.recognise(await token())).rejects.toMatchObject({ code: 'ACCESS_UNAVAILABLE' });
});

test('the keys of an issuer come over https alone', async () => {
  const strange = { issuer, audience, wallMs: () => 0 };
  await expect(tokenRecogniser({ ...strange, jwks: 'http://issuer.example/keys' })).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
  });
  await expect(tokenRecogniser({ ...strange, jwks: 'keys.json' })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
});

test('an API key is not taken for a token', async () => {
  const { takes } = await recogniser();
  expect([takes('slw_4kq2m9ta_x'), takes('a.b.c'), takes('a.b')]).toEqual([false, true, false]);
});
