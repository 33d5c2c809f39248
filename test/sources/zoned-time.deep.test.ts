import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { instantOf } from '../../sources/snapshots/zoned-time.ts';
import { splitSql } from '../../sources/database/sql-text.ts';
import { serverUrl } from '../support/postgres.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Apia',
];

interface Written {
  readonly written: string;
  readonly zone: string;
}

/** Every half hour of the days around changes of the clocks, and of days without one. */
function times(): readonly Written[] {
  const days = [
    '2026-03-08',
    '2026-03-29',
    '2026-04-05',
    '2026-10-04',
    '2026-10-25',
    '2026-11-01',
    '2026-06-15',
    '2011-12-30',
  ];
  return ZONES.flatMap((zone) =>
    days.flatMap((day) =>
      Array.from({ length: 48 }, (_, half) => ({
        written: new Date(Date.parse(`${day}T00:00:00Z`) + half * 1_800_000).toISOString().slice(0, 19),
        zone,
      })),
    ),
  );
}

test('local times mean what PostgreSQL says, and those that do not exist are told', async () => {
  const client = new pg.Client({ connectionString: await serverUrl() });
  await client.connect();
  const { rows } = await client.query<{ written: string; zone: string; ms: string; back: string }>(
    `select written, zone, extract(epoch from at) * 1000 as ms, to_char(at at time zone zone, 'YYYY-MM-DD"T"HH24:MI:SS') as back
     from (select t.*, written::timestamp at time zone zone as at from jsonb_to_recordset($1) as t (written text, zone text)) s`,
    [JSON.stringify(times())],
  );
  await client.end();
  expect(rows).toHaveLength(ZONES.length * 8 * 48);
  let [gaps, twice] = [0, 0];
  for (const { written, zone, ms, back } of rows) {
    const first = instantOf(written, zone, null);
    if (back !== written) {
      gaps += 1;
      expect([written, zone, first.ok]).toEqual([written, zone, false]);
      continue;
    }
    // PostgreSQL means the second of two; we mean it when the line before says so.
    const second = instantOf(written, zone, Number(ms));
    expect([written, zone, second.ok && second.ms]).toEqual([written, zone, Number(ms)]);
    if (first.ok && first.ms !== Number(ms)) twice += 1;
  }
  expect(gaps).toBeGreaterThan(5);
  expect(twice).toBeGreaterThan(5);
});

test('splitting any text keeps every character', () => {
  const piece = fc.constantFrom(
    "'",
    '"',
    '$',
    '$a$',
    '--',
    '/*',
    '*/',
    '\n',
    'e',
    "E'",
    '\\',
    ':from',
    '@position',
    ' ',
    'x',
    '1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
      const sql = parts.join('');
      expect(
        splitSql(sql)
          .map(({ text }) => text)
          .join(''),
      ).toBe(sql);
    }),
    { numRuns: 20_000 },
  );
});
