import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { collectEvidence } from '../../sources/collect.ts';
import { compileQuery } from '../../sources/database/compile.ts';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { readMapping } from '../../sources/database/mapping.ts';
import { probeEntity } from '../../sources/database/relations.ts';
import { openSession } from '../../sources/database/session.ts';
import { requestOf, botDatabase, botOf, freshStore, mappingFolderOf, queryOf } from './support.ts';

test('naive times are read in the zone of the bot, also over a change of the clocks', async () => {
  const [bot, store] = await Promise.all([botDatabase('select 1'), freshStore()]);
  const mapping = await mappingFolderOf({
    heartbeat: `select at, service from (values
      ('2026-10-25 01:30'::timestamp, 'before'), ('2026-10-25 02:30'::timestamp, 'written twice'),
      ('2026-10-25 03:30'::timestamp, 'after')) as t (at, service)`,
  });
  const query = queryOf('select h.service, h.at from @heartbeat h order by h.at', {
    id: 'beats',
    entities: ['heartbeat'],
    row: z.object({ service: z.string(), at: z.string() }),
  });
  try {
    const { blobs } = await collectEvidence(
      requestOf(
        botOf({ mapping, databaseUrl: bot.readerUrl, timeZone: 'Europe/Berlin' }),
        [query],
        store.pool,
      ),
    );
    expect([...blobs.values()].join('').trim().split('\n')).toEqual([
      '{"at":"2026-10-24T23:30:00.000Z","service":"before"}',
      '{"at":"2026-10-25T01:30:00.000Z","service":"written twice"}',
      '{"at":"2026-10-25T02:30:00.000Z","service":"after"}',
    ]);
  } finally {
    await Promise.all([bot.drop(), store.drop()]);
  }
});

test('bounds on a column without a zone find the rows that have the time, through each change of the clocks', async () => {
  const bot = await botDatabase(`
    create table bot.beats (at timestamp not null, service text);
    insert into bot.beats select day::timestamp + n * interval '10 minutes', day || ' ' || n
      from unnest(array['2026-03-29', '2026-10-25', '2026-11-20']) day cross join generate_series(0, 36) n`);
  const mapping = await readMapping(
    await mappingFolderOf({ heartbeat: 'select at, service from bot.beats' }),
  );
  const windows = [
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:00:00Z',
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:00:00Z',
  ];
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    for (const from of windows) {
      const parameters = { from, to: new Date(Date.parse(from) + 2_700_000).toISOString() };
      const probe = await probeEntity(session, mapping, 'heartbeat', {
        timeZone: 'Europe/Berlin',
        parameters,
      });
      if (probe.status !== 'ok') throw new Error(probe.error);
      const asked = async (condition: string): Promise<{ sql: string; answer: unknown }> => {
        const text = `select h.service, h.at from @heartbeat h where ${condition} order by h.at, h.service`;
        const query = queryOf(text, { entities: ['heartbeat'] });
        const { sql } = compileQuery(query, () => probe.relation, parameters);
        const answer = await session.ask(sql, parameters);
        return { sql, answer: answer.ok ? answer.rows : answer.message };
      };
      const bounded = await asked('h.at >= :from and h.at < :to');
      const plain = await asked(':from <= h.at and :to > h.at');
      expect(bounded.sql).toContain('h.at_raw');
      expect(plain.sql).not.toContain('_raw');
      expect(bounded.answer).toEqual(plain.answer);
      expect(bounded.answer).not.toEqual([]);
    }
  } finally {
    await session.close();
    await bot.drop();
  }
});
