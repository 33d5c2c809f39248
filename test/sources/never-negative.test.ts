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

test('what cannot be, what nobody measured and what is empty is counted by column, and read as none', async () => {
  const [bot, store] = await Promise.all([botDatabase('select 1'), freshStore()]);
  // Of 30 calls one each has no time, no operation, and a status or an attempt that cannot be; two say that they do not know.
  const mapping = await mappingFolderOf({
    api_call: `select case when n <> 7 then timestamptz '2026-11-20 01:00Z' + n * interval '1 minute' end as at,
      case when n <> 5 then 'order' else ' ' end as operation, 'ok' as outcome,
      case n when 1 then 9999 when 2 then -200 when 3 then 0 when 4 then -1 else 200 end as http_status,
      case n when 1 then 0 when 2 then -1 else 1 end as attempt, 0.0 as duration_ms,
      case n when 1 then -7.5 else n end as rate_limit_remaining
      from generate_series(1, 30) n`,
  });
  const query = queryOf(
    'select a.http_status, a.attempt, a.duration_ms, a.rate_limit_remaining as rest from @api_call a order by a.at limit 5',
    { id: 'calls', entities: ['api_call'] },
  );
  try {
    const { evidence, blobs } = await collectEvidence(
      requestOf(botOf({ mapping, databaseUrl: bot.readerUrl }), [query], store.pool),
    );
    expect([...blobs.values()].join('').trim().split('\n')).toEqual([
      '{"attempt":null,"duration_ms":null,"http_status":null,"rest":null}',
      '{"attempt":null,"duration_ms":null,"http_status":null,"rest":"2"}',
      '{"attempt":1,"duration_ms":null,"http_status":null,"rest":"3"}',
      '{"attempt":1,"duration_ms":null,"http_status":null,"rest":"4"}',
      '{"attempt":1,"duration_ms":null,"http_status":200,"rest":"5"}',
    ]);
    expect(evidence.entities.find(({ entity }) => entity === 'api_call')).toMatchObject({
      unusable: [
        { column: 'http_status', rows: 2, value: '-200' },
        { column: 'duration_ms', rows: 29, value: '0.0' },
        { column: 'attempt', rows: 1, value: '0' },
        { column: 'rate_limit_remaining', rows: 1, value: '-7.5' },
      ],
      unset: [
        { column: 'at', rows: 1 },
        { column: 'operation', rows: 1 },
      ],
    });
  } finally {
    await Promise.all([bot.drop(), store.drop()]);
  }
});

test.each([
  ['ends early', `at >= '2026-11-20 06:00Z'`, { pause: { newest: '2026-11-20T05:59:30.000Z' } }],
  [
    'has a hole',
    `at >= '2026-11-20 03:00Z' and at < '2026-11-20 04:00Z'`,
    { hole: { from: '2026-11-20T02:59:30.000Z', to: '2026-11-20T04:00:00.000Z' } },
  ],
  // The night before it was as silent: that is its way.
  ['pauses as it did a day before', `at::time >= '06:00' and at::time < '09:00'`, {}],
])('a journal that %s', async (_name, without, expected) => {
  const bot = await botDatabase(
    `set timezone to 'UTC'; create table bot.calls as select at from generate_series(timestamptz '2026-11-18 00:00Z', '2026-11-20 07:59:30Z', '30 s') at;
     delete from bot.calls where ${without}; create index on bot.calls (at)`,
  );
  const store = await freshStore();
  const mapping = await mappingFolderOf({
    api_call: `select at, 'order' as operation, 'ok' as outcome from bot.calls`,
  });
  try {
    const { evidence } = await collectEvidence(
      requestOf(botOf({ mapping, databaseUrl: bot.readerUrl }), [], store.pool),
    );
    const { pause, hole } = evidence.entities.find(({ entity }) => entity === 'api_call') ?? {};
    expect({ ...(pause && { pause }), ...(hole && { hole }) }).toMatchObject(expected);
    expect([pause, hole].filter((one) => one !== undefined)).toHaveLength(Object.keys(expected).length);
  } finally {
    await Promise.all([bot.drop(), store.drop()]);
  }
});
