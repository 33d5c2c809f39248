import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bindParameters, compileQuery } from '../../sources/database/compile.ts';
import { TIMEOUTS } from '../../sources/database/connect.ts';
import { readMapping } from '../../sources/database/mapping.ts';
import { probeEntity } from '../../sources/database/relations.ts';
import { openSession } from '../../sources/database/session.ts';
import { botDatabase, mappingFolderOf, queryOf, WINDOW, type BotDatabase } from './support.ts';

let bot: BotDatabase;

beforeAll(async () => {
  bot = await botDatabase(`
    create table bot.events (at timestamptz not null, type text, severity text);
    insert into bot.events select '2025-10-01Z'::timestamptz + n * interval '10 minutes', 'tick', 'INFO' from generate_series(1, 60000) n;
    create index on bot.events (at);
    create table bot.naive_events as select at at time zone 'UTC' as at, type, severity from bot.events;
    create index on bot.naive_events (at);
    analyze bot.events, bot.naive_events`);
});

afterAll(() => bot.drop());

async function planOf(insert = '', table = 'bot.events', timeZone = 'UTC'): Promise<string> {
  await bot.run(insert || 'select 1');
  const session = await openSession({ url: bot.readerUrl, bot: 'probe', timeouts: TIMEOUTS });
  try {
    const mapping = await readMapping(
      await mappingFolderOf({ event: `select at, type, severity from ${table}` }),
    );
    const probe = await probeEntity(session, mapping, 'event', { timeZone, parameters: WINDOW });
    if (probe.status !== 'ok') throw new Error(probe.error);
    const query = queryOf(
      "select e.severity, count(*) from @event e where e.at >= :from and e.at < :to and e.severity = 'INFO' group by 1",
      { entities: ['event'] },
    );
    const { sql, parameters } = compileQuery(query, () => probe.relation, WINDOW);
    expect(bindParameters(sql, parameters).values).toEqual([WINDOW.from, WINDOW.to]);
    const answer = await session.ask(
      `explain (format json) select * from (\n${sql}\n) as limited limit 11`,
      parameters,
    );
    return JSON.stringify(answer);
  } finally {
    await session.close();
  }
}

test('a window is answered from the index of the table behind the mapping', async () => {
  const plan = await planOf();
  expect(plan).toContain('events_at_idx');
  expect(plan).not.toContain('Seq Scan');
});

test.each(['UTC', 'America/New_York'])('also where times have no zone and are of %s', async (timeZone) => {
  const plan = await planOf('', 'bot.naive_events', timeZone);
  expect(plan).toContain('naive_events_at_idx');
  expect(plan).not.toContain('Seq Scan');
});

test('with a time out of range in the table the column is checked instead, which costs the index', async () => {
  const plan = await planOf("insert into bot.events values ('infinity', 'broken', 'INFO')");
  expect(plan).toContain('Seq Scan');
});
