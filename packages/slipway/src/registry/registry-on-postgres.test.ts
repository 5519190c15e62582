import { type PostgresServer, startPostgres } from '@slipway/testkit/postgres-server';
import { afterAll, beforeAll } from 'vitest';
import { conformRegistry } from './fixtures/conformance.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

conformRegistry({ dialect: 'postgres', freshUrl: () => server.freshUrl() });
