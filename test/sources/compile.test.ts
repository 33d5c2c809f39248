import { describe, expect, test } from '@jest/globals';
import { columnsOf } from '../../audit/contract.ts';
import { planColumn } from '../../sources/database/column-plan.ts';
import { bindParameters, compileQuery, type Relation } from '../../sources/database/compile.ts';
import { countedSql } from '../../sources/database/counted.ts';
import { hasTopLevelOrder, splitSql } from '../../sources/database/sql-text.ts';
import { queryOf } from './support.ts';

const TIMESTAMP = 1114;

function relation(columns: Readonly<Record<string, number>>, timeZone = 'UTC'): Relation {
  return {
    entity: 'heartbeat',
    select: 'select * from beats',
    timeZone,
    latest: `'2026-11-20T08:00:00Z'::timestamptz`,
    trusted: new Set(),
    columns: columnsOf('heartbeat').map((column) => {
      const oid = columns[column.name];
      return planColumn(
        'heartbeat',
        column,
        oid === undefined ? undefined : { name: column.name, oid, typeName: String(oid) },
      );
    }),
  };
}

const beats = relation({ at: 1184, service: 25 });

test('a distribution reads each word once for all rows that are alike, of the window only and without their time', () => {
  const words = relation({ at: 1184, service: 25, status: 25 });
  const query = queryOf('select h.kind, sum(h.n) from @heartbeat h group by 1', { entities: ['heartbeat'] });
  const { sql } = compileQuery(query, () => words, { from: 'F', to: 'T' }, countedSql);
  const flat = sql.replaceAll(/\s+/g, ' ');
  expect(flat).toContain('select m."status", count(*) as n from ( select * from beats ) as m cross join');
  expect(flat).toContain('where w.at >= :from and w.at < :to group by 1 ) as m');
  // The spellings stand outside of what is counted.
  expect(flat.indexOf('lower(m."status"')).toBeLessThan(flat.indexOf('count(*) as n'));
});

describe('parameters', () => {
  test('become typed positions, in a fixed order whatever the order in the text', () => {
    const bound = bindParameters('select :to, :from, :to', { from: 'F', to: 'T' });
    expect(bound).toEqual({
      text: 'select $2::timestamptz, $1::timestamptz, $2::timestamptz',
      values: ['F', 'T'],
    });
  });

  test('only those that are named are sent', () => {
    expect(bindParameters('select 1', { from: 'F', to: 'T' }).values).toEqual([]);
    expect(bindParameters('select :bucket_s', { bucket_s: 60 })).toEqual({
      text: 'select $1::integer',
      values: [60],
    });
  });

  test.each([
    ["select ':from'"],
    ["select E'\\':from'"],
    ['select $$ :from $$'],
    ['select $a$ $$ :from $a$'],
    ['select 1 as ":from"'],
    ['select 1 -- :from'],
    ['select 1 /* /* :to */ :from */'],
    ['select x::from_type'],
    ['select a[1:to]'],
    ['select :fromage'],
  ])('are left alone in %s', (sql) => {
    expect(bindParameters(sql, {})).toEqual({ text: sql, values: [] });
  });

  test('a cast after a parameter stays a cast', () => {
    expect(bindParameters('select :from::text', { from: 'F' }).text).toBe('select $1::timestamptz::text');
  });

  test('one that is not given is an error', () => {
    expect(() => bindParameters('select :to', { from: 'F' })).toThrow('names :to');
  });
});

describe('relations', () => {
  const compile = (sql: string): string =>
    compileQuery(queryOf(sql, { entities: ['heartbeat'] }), () => beats, { from: 'F', to: 'T' }).sql;

  test('an alias is added only where none is written', () => {
    expect(compile('select h.at from @heartbeat h where h.at < :to')).toMatch(/\) h where/);
    expect(compile('select h.at from @heartbeat as h')).toMatch(/\) as h$/);
    expect(compile('select at from @heartbeat where at < :to')).toMatch(/\) as "heartbeat" where/);
    expect(compile('select at from @heartbeat')).toMatch(/\) as "heartbeat"$/);
    expect(compile('select (select max(at) from @heartbeat)')).toMatch(/\) as "heartbeat"\)$/);
  });

  test('hold only the columns that the query names', () => {
    expect(compile('select h.at from @heartbeat h')).not.toContain('service');
    expect(compile('select count(*) from @heartbeat h')).not.toContain('service');
    expect(compile('select h.* from @heartbeat h')).toContain('"instance_id"');
    expect(compile('with a as (select h.at from @heartbeat h) select a.* from a')).not.toContain('service');
    expect(compile('select to_jsonb(h) from @heartbeat h')).toContain('"instance_id"');
  });

  describe('columns as the bot holds them', () => {
    const TEXT = 'text';
    const comparing = (
      positionId: string | undefined,
      fillPositionId: string | undefined,
      condition = 'f.position_id_raw = p.id_raw',
    ): string => {
      const of = (entity: 'position' | 'fill'): Relation => ({
        ...beats,
        entity,
        select: `select * from ${entity}s`,
        columns: columnsOf(entity).map((column) => {
          const ids = { position: positionId, fill: fillPositionId };
          const key = entity === 'position' ? 'id' : 'position_id';
          const typeName = column.name === key ? ids[entity] : TEXT;
          return planColumn(
            entity,
            column,
            typeName === undefined ? undefined : { name: column.name, oid: 0, typeName },
          );
        }),
      });
      const sql = `select 1 from @fill f join @position p on ${condition}`;
      const query = queryOf(sql, { entities: ['fill', 'position'] });
      return compileQuery(query, (entity) => of(entity === 'fill' ? 'fill' : 'position'), {}).sql;
    };

    test('are bare where all ids of one thing compare with each other', () => {
      expect(comparing('bigint', 'integer')).toContain('m."position_id" as "position_id_raw"');
      expect(comparing('bigint', 'integer')).toContain('m."id" as "id_raw"');
      expect(comparing(TEXT, 'character varying')).toContain('m."position_id"::text as "position_id_raw"');
    });

    test('stay texts in normal form where they do not', () => {
      const blanksAside = (name: string): string => `nullif(btrim(left(m."${name}"::text, 2000)), '')`;
      expect(comparing('bigint', TEXT)).toContain(`${blanksAside('position_id')} as "position_id_raw"`);
      expect(comparing('bigint', TEXT)).toContain(`${blanksAside('id')} as "id_raw"`);
    });

    test('have the cases that a writer may give an id, where it is a text', () => {
      const alike = (type: string): string => comparing(type, type, 'f.position_id_raw = any (p.id_alike)');
      const id = 'm."id"::text';
      expect(alike(TEXT)).toContain(`array[${id}, lower(${id}), upper(${id})] as "id_alike"`);
      expect(alike('uuid')).toContain('array[m."id"] as "id_alike"');
      expect(alike(TEXT)).not.toContain('"id_raw"');
    });

    test('are NULLs of the others’ type where the mapping has none', () => {
      expect(comparing('uuid', undefined)).toContain('null::uuid as "position_id_raw"');
      expect(comparing('jsonb', undefined)).toContain('null::text as "position_id_raw"');
    });
  });

  test('a name that the contract or the query does not have is a mistake', () => {
    expect(() => compile('select 1 from @postion p')).toThrow('no contract entity');
    expect(() => compile('select 1 from @order o')).toThrow('does not declare it');
  });

  test('operators and strings with an at sign are not relations', () => {
    expect(compile("select '@heartbeat', a <@heartbeat_range, data @> '{}' from t")).not.toContain('beats');
  });

  test('absent columns are NULLs of their type, naive times are read in the zone of the bot', () => {
    const naive = relation({ at: TIMESTAMP, service: 25 }, "Europe/O'Zone");
    const { sql } = compileQuery(
      queryOf('select h.* from @heartbeat h', { entities: ['heartbeat'] }),
      () => naive,
      {},
    );
    expect(sql).toContain('null::bigint as "cycle"');
    expect(sql).toContain('null::text as "version"');
    expect(sql).toContain(`at time zone 'Europe/O''Zone'`);
  });
});

test('splitting keeps every character', () => {
  const sql = `select 'a''b', e'\\'', "x""y", $t$ $$ $t$, $1, a -- c\n/* /* */ */ from t`;
  expect(
    splitSql(sql)
      .map(({ text }) => text)
      .join(''),
  ).toBe(sql);
});

test('only the order of the statement itself counts as one', () => {
  expect(hasTopLevelOrder('select a from t order by a')).toBe(true);
  expect(hasTopLevelOrder('select array_agg(a order by a) from (select a from t order by a) s')).toBe(false);
  expect(hasTopLevelOrder("select 'order by' from t -- order by")).toBe(false);
});
