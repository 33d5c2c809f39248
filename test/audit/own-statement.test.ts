import { describe, expect, test } from '@jest/globals';
import type { EntityState } from '../../audit/evidence.ts';
import { ownColumn, ownStatement } from '../../audit/own-statement.ts';

function order(select: string, expressions: Readonly<Record<string, string>> = {}): readonly EntityState[] {
  return [
    {
      entity: 'order',
      status: 'ok',
      select,
      expressions,
      columns: [],
      wrongTypes: [],
      unknownSpellings: [],
      unusable: [],
      everHadRows: true,
    },
  ];
}

const STATEMENT = `select id, status\nfrom "order"\nwhere id in ('a', 'b')\norder by created_at;`;
const PLAIN = 'select id, status, created_at\nfrom bot.orders';

describe('a statement on the bot’s own table', () => {
  test('reads it without a wrapper, columns under the bot’s names', () => {
    expect(ownStatement(STATEMENT, order(PLAIN), 'demo')).toBe(
      `select id, status\nfrom bot.orders\nwhere id in ('a', 'b')\norder by created_at;`,
    );
    expect(
      ownStatement(
        STATEMENT,
        order('-- from here\nselect order_no as id, lower(state) as status, made as created_at from o'),
        'demo',
      ),
    ).toBe(
      `select order_no as id, lower(state) as status\nfrom o\nwhere order_no in ('a', 'b')\norder by made;`,
    );
  });

  test('keeps the mapping’s condition, and has none where an "or" would take it apart', () => {
    const mapping = order('select id, status, created_at from o where live');
    expect(ownStatement(STATEMENT, mapping, 'demo')).toContain(`where (live) and id in ('a', 'b')`);
    expect(ownStatement(STATEMENT.replace('where', 'where id is null or'), mapping, 'demo')).toBeUndefined();
  });

  test('compares with the words that the bot may have', () => {
    const text = `select id from "order" where status in ('OPEN') order by id`;
    const expression = `case when m."status" is null then null when lower(btrim(m."status"::text)) in ('open', 'new') then 'OPEN' else 'unknown' end`;
    expect(ownStatement(text, order(PLAIN, { status: expression }), 'demo')).toBe(
      `select id\nfrom bot.orders\nwhere lower(btrim(status::text)) in ('open', 'new')\norder by id;`,
    );
  });

  test('is compared in its normal form, but not cut', () => {
    const cut = order(PLAIN, {
      id: 'nullif(btrim(left(m."id"::text, 2000)), \'\')',
      created_at: `m."created_at" at time zone 'UTC'`,
    });
    expect(ownStatement(STATEMENT, cut, 'demo')).toBe(
      `select id, status\nfrom bot.orders\nwhere id in ('a', 'b')\norder by (created_at at time zone 'UTC');`,
    );
  });

  test('has no more brackets than it needs', () => {
    const text = `select id from "order" where status = 'open' order by id`;
    const own = (expression: string): string | undefined =>
      ownStatement(text, order(PLAIN, { status: expression }), 'demo');
    expect(own('left(lower(btrim(m."status"::text)), 200)')).toContain(
      `where lower(btrim(status::text)) = 'open'`,
    );
    expect(own('lower(m."status") || upper(m."status")')).toContain(
      `where (lower(status) || upper(status)) = 'open'`,
    );
  });

  test.each([
    ['joins', 'select a.id, status, created_at from a join b using (id)'],
    ['groups', 'select id, status, created_at from o where x group by id'],
    ['unites', 'select id, status, created_at from o union all select id, status, created_at from p'],
    ['lacks a column', 'select id, created_at from o'],
  ])('is not had from a mapping that %s', (_what, select) => {
    expect(ownStatement(STATEMENT, order(select), 'demo')).toBeUndefined();
  });

  test('is not had where it would not fit a card', () => {
    const ids = Array.from({ length: 80 }, (_, index) => `'order-${String(index)}'`).join(', ');
    expect(ownStatement(STATEMENT.replace(`'a', 'b'`, ids), order(PLAIN), 'demo')).toBeUndefined();
  });

  test('names the audit’s own table for snapshots', () => {
    expect(ownStatement(`select at from snapshot where at >= 'x' order by at`, [], `o'b`)).toBe(
      `select at\nfrom audit.snapshot\nwhere bot = 'o''b' and at >= 'x'\norder by at;`,
    );
  });
});

describe('the bot’s own column behind one of the contract', () => {
  test.each([
    ['select id, status from o', 'status'],
    ['select id, state as status from o', 'state'],
    ['select id, lower(o.state) as status from o', 'state'],
    ["select id, case when kind = 'x' then state::text when old then null end as status from o", 'state'],
    ['select id, coalesce(state, old_state) as status from o', 'state'],
    ["select id, 'open' as status from o", 'status'],
    ['select o.id, p.state as status from o join p using (id)', 'status'],
  ])('%s: %s', (select, own) => {
    expect(ownColumn('order', 'status', order(select))).toBe(own);
  });

  test('is the contract’s where nothing is mapped', () => {
    expect(ownColumn('order', 'status', [])).toBe('status');
  });
});
