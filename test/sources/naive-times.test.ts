import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { collectEvidence } from '../../sources/collect.ts';
import { asking, botDatabase, botOf, freshStore, mappingFolderOf, queryOf, WINDOW } from './support.ts';

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
    const { blobs } = await collectEvidence({
      bot: botOf({ mapping, databaseUrl: bot.readerUrl, timeZone: 'Europe/Berlin' }),
      kind: 'production',
      window: WINDOW,
      sections: [asking(query)],
      entryIds: [],
      policy: {},
      history: [],
      now: '2026-11-20T09:00:00.000Z',
      storePool: store.pool,
    });
    expect([...blobs.values()].join('').trim().split('\n')).toEqual([
      '{"at":"2026-10-24T23:30:00.000Z","service":"before"}',
      '{"at":"2026-10-25T01:30:00.000Z","service":"written twice"}',
      '{"at":"2026-10-25T02:30:00.000Z","service":"after"}',
    ]);
  } finally {
    await Promise.all([bot.drop(), store.drop()]);
  }
});
