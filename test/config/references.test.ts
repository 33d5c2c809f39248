import { describe, expect, test } from '@jest/globals';
import { at, ENVIRONMENT, failure, GOOD } from './config-file.ts';

describe('references', () => {
  test.each<[what: string, environment: Record<string, string>, text: string, message: string]>([
    [
      'missing variable',
      {},
      GOOD,
      at(4, 'bots.demo.database: the environment variable DEMO_DATABASE_URL is not set.'),
    ],
    [
      'nearly right',
      { DEMO_DATABASE_UR: 'x' },
      GOOD,
      at(
        4,
        'bots.demo.database: the environment variable DEMO_DATABASE_URL is not set. Did you mean "DEMO_DATABASE_UR"?',
      ),
    ],
    [
      'empty variable',
      { DEMO_DATABASE_URL: '' },
      GOOD,
      at(4, 'bots.demo.database: the environment variable DEMO_DATABASE_URL is empty.'),
    ],
    [
      'missing file',
      {},
      GOOD.replace('${DEMO_DATABASE_URL}', '${file:/run/none}'),
      at(4, 'bots.demo.database: the file /run/none cannot be read (ENOENT).'),
    ],
    [
      'malformed',
      {},
      GOOD.replace('${DEMO_DATABASE_URL}', '${a b}'),
      at(4, 'bots.demo.database: a reference is written ${VAR}, ${VAR:-default} or ${file:/path}.'),
    ],
  ])('%s', async (_what, environment, text, message) => {
    const { AUDIT_DATABASE_URL } = ENVIRONMENT;
    expect(await failure(text, { AUDIT_DATABASE_URL, ...environment })).toBe(message);
  });

  test('no store at all names the variable', async () => {
    const { DEMO_DATABASE_URL } = ENVIRONMENT;
    expect(await failure(`${GOOD}storage: {}\n`, { DEMO_DATABASE_URL })).toBe(
      at(6, 'storage needs the key "databaseUrl", or the environment variable AUDIT_DATABASE_URL.'),
    );
  });

  test.each([
    ['the same text', 'postgres://audit:store-secret@127.0.0.1:5432/audit'],
    ['another user, name of the host and no port', 'postgresql://other@localhost/audit'],
    ['parameters', 'postgres://x@127.0.0.1:5432/audit?sslmode=require'],
  ])("a bot's database that is our store is refused: %s", async (_what, url) => {
    expect(await failure(GOOD, { ...ENVIRONMENT, DEMO_DATABASE_URL: url })).toBe(
      at(
        4,
        "bots.demo.database is our own store (storage.databaseUrl, AUDIT_DATABASE_URL). A bot's database and the store must be two databases.",
      ),
    );
  });
});
