import { expect, test } from '@jest/globals';
import { collectEvidence } from '../../sources/collect.ts';
import { requestOf, botDatabase, botOf, freshStore, mappingFolderOf, queryOf } from './support.ts';

test('a duration below 0 is none, and told unless it is the -1 of a bot that does not know', async () => {
  const [bot, store] = await Promise.all([botDatabase('select 1'), freshStore()]);
  const mapping = await mappingFolderOf({
    stop_change: `select * from (values ('p', timestamptz '2026-11-20 01:00Z', 'placed', -1, -1.0),
      ('p', '2026-11-20 02:00Z', 'placed', -7, 0), ('p', '2026-11-20 03:00Z', 'placed', 5, -0.5))
      as t (position_id, at, kind, duration_ms, unprotected_window_ms)`,
  });
  const query = queryOf('select s.duration_ms, s.unprotected_window_ms from @stop_change s order by s.at', {
    id: 'stops',
    entities: ['stop_change'],
  });
  try {
    const { evidence, blobs } = await collectEvidence(
      requestOf(botOf({ mapping, databaseUrl: bot.readerUrl }), [query], store.pool),
    );
    expect([...blobs.values()].join('').trim().split('\n')).toEqual([
      '{"duration_ms":null,"unprotected_window_ms":null}',
      '{"duration_ms":null,"unprotected_window_ms":"0"}',
      '{"duration_ms":"5","unprotected_window_ms":null}',
    ]);
    expect(evidence.entities.find(({ entity }) => entity === 'stop_change')?.unusable).toEqual([
      { column: 'duration_ms', rows: 1, value: '-7' },
      { column: 'unprotected_window_ms', rows: 1, value: '-0.5' },
    ]);
  } finally {
    await Promise.all([bot.drop(), store.drop()]);
  }
});
