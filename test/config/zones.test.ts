import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { zoneProblem } from '../../config/zone.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase({ name: 'zones' });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, 60_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Minutes by which the clocks of a zone are ahead, as JavaScript sees it. */
function offsetOf(zone: string, at: Date): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
}

test('every zone that is accepted is the same zone to us and to PostgreSQL, in winter and in summer', async () => {
  const { rows } = await client.query<{ name: string }>(
    "select name from pg_timezone_names where name !~ '^(posix|Factory)' union select abbrev from pg_timezone_abbrevs",
  );
  const names = [...new Set([...rows.map(({ name }) => name), ...Intl.supportedValuesOf('timeZone')])];
  const accepted = names.filter((name) => zoneProblem(name) === null);
  expect(accepted.length).toBeGreaterThan(400);
  const instants = ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z'].map((text) => new Date(text));
  const read = await client.query<{ name: string; at: Date; minutes: number }>(
    `select name, at, (extract(epoch from (at at time zone name) - (at at time zone 'UTC')) / 60)::float8 as minutes
       from unnest($1::text[]) as name, unnest($2::timestamptz[]) as at`,
    [accepted, instants],
  );
  const different = read.rows.filter(({ name, at, minutes }) => minutes !== offsetOf(name, at));
  expect(different).toEqual([]);
  expect(read.rows).toHaveLength(2 * accepted.length);
});

test.each([
  ['CET', 'an abbreviation, which servers read in different ways. Write a place, such as Europe/Berlin.'],
  ['ist', 'an abbreviation, which servers read in different ways. Write a place, such as Asia/Kolkata.'],
  ['UTC+2', 'Write the place whose clock it is (the offset all year is Etc/GMT-2).'],
  ['GMT-05:00', 'Write the place whose clock it is (the offset all year is Etc/GMT+5).'],
  ['+05:30', 'Write the place whose clock it is. Examples'],
  ['Kyiv', 'Did you mean "Europe/Kyiv"?'],
  ['New York', 'Did you mean "America/New_York"?'],
  ['Europe/Berlin ', 'Did you mean "Europe/Berlin"?'],
])('what to write in place of %j', (zone, hint) => {
  expect(zoneProblem(zone)).toContain(hint);
});

test.each(['UTC', 'Europe/Kyiv', 'Europe/Kiev', 'Asia/Kolkata', 'Etc/GMT-2', 'EST5EDT'])(
  'a zone: %s',
  (zone) => {
    expect(zoneProblem(zone)).toBeNull();
  },
);
