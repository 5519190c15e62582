import { afterAll, beforeAll } from 'vitest';
import { conformRegistry } from './fixtures/conformance.ts';
import { type PostgresServer, startPostgres } from './fixtures/postgres-server.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

conformRegistry({ dialect: 'postgres', freshUrl: () => server.freshUrl() });
