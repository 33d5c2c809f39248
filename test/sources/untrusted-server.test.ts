import { expect, test } from '@jest/globals';
import { connectForReading } from '../../sources/database/connect.ts';
import { createPool } from '../../store/pool.ts';
import { untrustedServer } from '../support/tls-server.ts';

/** PostgreSQL's answer to a client that asks for TLS. */
const saysYes = { clear: () => ({ said: 'S', tls: true as const }) };

test.each(['require', 'verify-ca', 'verify-full'])(
  'a database whose certificate nobody vouches for hears no login: sslmode=%s',
  async (mode) => {
    const server = await untrustedServer('127.0.0.1', ['127.0.0.1'], saysYes);
    const url = `postgres://reader:pa55word@127.0.0.1:${String(server.port)}/bot?sslmode=${mode}`;
    await expect(
      connectForReading(url, 'demo', { statementMs: 5_000, lockMs: 500, connectMs: 5_000 }),
    ).rejects.toThrow(/certificate|self-signed/i);
    const pool = createPool(url, { max: 1, connectMs: 5_000 });
    await expect(pool.query('select 1')).rejects.toThrow(/certificate|self-signed/i);
    await pool.end();
    server.stop();
    // The request for TLS alone.
    expect(server.heard()).not.toMatch(/reader|pa55word/);
  },
);
