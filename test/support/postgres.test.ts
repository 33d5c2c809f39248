import { test, expect } from '@jest/globals';
import pg from 'pg';
import { freshDatabase } from './postgres.ts';

test('a fresh database is empty, UTF-8 and in UTC, and is gone after drop', async () => {
  const database = await freshDatabase({ name: 'support' });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    `select current_setting('server_encoding') encoding, current_setting('timezone') zone,
            (select count(*)::int from information_schema.tables where table_schema = 'public') as tables`,
  );
  await client.end();
  expect(rows).toEqual([{ encoding: 'UTF8', zone: 'UTC', tables: 0 }]);
  await database.drop();
  await expect(new pg.Client({ connectionString: database.url }).connect()).rejects.toThrow('does not exist');
});
