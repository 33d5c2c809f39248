import { expect, test } from '@jest/globals';
import type { EntityState } from '../../audit/evidence.ts';
import { runnable } from '../../audit/finding-query.ts';

const order: EntityState = {
  entity: 'order',
  status: 'ok',
  columns: ['id', 'status', 'created_at'],
  wrongTypes: [],
  everHadRows: true,
  select: 'select id, state as status, created_at\nfrom bot.orders',
  expressions: {
    id: 'left(m."id"::text, 2000)',
    status: `case when lower(m."status") in ('open') then 'new' else 'unknown' end`,
    created_at: `(m."created_at" at time zone 'Europe/Berlin')`,
  },
  unknownSpellings: [],
  unusable: [],
};
const sql = (text: string) => ({ language: 'sql' as const, text });

test('what is compared and what has no zone is in normal form, what is only shown is as the bot stored it', () => {
  const see = runnable(
    sql(`select id, status, created_at from "order" where id in ('1') order by created_at`),
    [order],
    'demo',
  );
  expect(see).toMatchObject({
    language: 'sql',
    database: 'bot',
    text: `with "order" as (
  select
    left(m."id"::text, 2000) as "id",
    m."status",
    (m."created_at" at time zone 'Europe/Berlin') as "created_at"
  from (
    select id, state as status, created_at
    from bot.orders
  ) as m
)
select id, status, created_at from "order" where id in ('1') order by created_at;`,
  });
});

test('nothing stands between the mapping and a statement that compares nothing', () => {
  const { text } = runnable(sql('select id, status from "order"'), [order], 'demo');
  expect(text).toBe(`with "order" as (
  select id, state as status, created_at
  from bot.orders
)
select id, status from "order";`);
});

test('snapshots are those of the bot in our own store, also for a name with a quote', () => {
  const see = runnable(sql('select at from snapshot;'), [], `o'hara`);
  expect(see.database).toBe('audit');
  expect(see.text).toBe(
    `with snapshot as (\n  select * from audit.snapshot where bot = 'o''hara'\n)\nselect at from snapshot;`,
  );
});

test('a shell command and a statement on no relation of the contract stay as they are', () => {
  expect(runnable({ language: 'sh', text: 'production-audit doctor' }, [order], 'demo')).toEqual({
    language: 'sh',
    text: 'production-audit doctor',
  });
  expect(runnable(sql('select 1 from bot.orders'), [order], 'demo').text).toBe('select 1 from bot.orders;');
});

test('a column that the mapping has not is NULL, and a relation that it has not is empty', () => {
  const see = runnable(
    sql(`select o.id, o.trigger_price, a.text from "order" o left join alert a on a.at > o.created_at`),
    [order],
    'demo',
  );
  expect(see.text).toContain('null::numeric as "trigger_price"');
  expect(see.text).toContain(
    `"alert" as (\n  select null::timestamptz as "at", null::text as "text"\n  where false\n)`,
  );
});
