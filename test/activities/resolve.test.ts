import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createResolving } from '../../activities/resolve.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import { KINDS } from '../../audit/kinds.ts';
import { migrate } from '../../store/migrate.ts';
import { createPool } from '../../store/pool.ts';
import type { PeriodInput } from '../../workflows/schedule-input.ts';
import { freshDatabase, type FreshDatabase } from '../support/postgres.ts';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase({ name: 'resolve' });
  pool = createPool(database.url);
  await migrate(pool);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

const sources = {
  database: 'required',
  snapshots: 'required',
  logs: 'none',
  exchange: 'none',
  configuration: 'none',
  code: 'none',
} as const;
const bot = (name: string, change: Partial<BotConfig> = {}): BotConfig =>
  ({
    facts: { name, sources },
    databaseUrl: 'x',
    asOf: null,
    settleDelayS: 120,
    allowWritableRole: false,
    ...change,
  }) as BotConfig;

/** The kinds without their sections, which no window needs. */
const registry = { kinds: KINDS, entries: [] };

function resolving(bots: readonly BotConfig[], defaultBot: string | null = null) {
  const config = { bots, defaultBot } as unknown as ActivityDependencies['config'];
  return createResolving({
    config,
    pool,
    registry,
    searchAttributes: true,
  } as unknown as ActivityDependencies);
}

const now = '2026-11-20T00:30:00.000Z';

test('the nightly run plans the three shifts of the day before its nominal time, for bots that are not pinned', async () => {
  const { planNightly } = resolving([bot('a'), bot('pinned', { asOf: '2026-11-19T08:00:00Z' })]);
  const planned = await planNightly({ input: {}, now });
  expect(planned.map(({ workflowId }) => workflowId)).toEqual([
    'audit/a/production/20261119T0000Z-20261119T0800Z',
    'audit/a/production/20261119T0800Z-20261119T1600Z',
    'audit/a/production/20261119T1600Z-20261120T0000Z',
  ]);
  expect(planned[2]).toMatchObject({
    summary: 'a, 19 Nov 16:00-24:00 UTC',
    input: {
      bot: 'a',
      kind: 'production',
      from: '2026-11-19T16:00:00.000Z',
      to: '2026-11-20T00:00:00.000Z',
      deliver: true,
    },
    found: null,
  });
});

test('a night that is made up for a day later still audits its own day', async () => {
  const [first] = await resolving([bot('a')]).planNightly({ input: { date: '2026-11-17' }, now });
  expect(first?.input.from).toBe('2026-11-17T00:00:00.000Z');
});

test('where every bot is pinned a night is the three newest shifts as of then, and nothing else is skipped', async () => {
  const pinned = resolving([bot('a', { asOf: '2026-11-19T08:00:00Z' })]);
  expect((await pinned.planNightly({ input: {}, now })).map(({ workflowId }) => workflowId)).toEqual([
    'audit/a/production/20261118T0800Z-20261118T1600Z',
    'audit/a/production/20261118T1600Z-20261119T0000Z',
    'audit/a/production/20261119T0000Z-20261119T0800Z',
  ]);
  const { audits, settledAt } = await pinned.planPeriod({ input: { kind: 'daily' }, now });
  expect([audits.map(({ workflowId }) => workflowId), settledAt]).toEqual([
    ['audit/a/daily/20261118T0000Z-20261119T0000Z'],
    null,
  ]);
});

test('a period is the newest that is over at the nominal time, settled or not, and says when it is settled', async () => {
  const { planPeriod } = resolving([
    bot('a'),
    bot('slow', { settleDelayS: 600 }),
    bot('pinned', { asOf: '2026-11-19T08:00:00Z' }),
  ]);
  const windows = async (input: PeriodInput, at: string): Promise<readonly string[]> => {
    const { audits, settledAt } = await planPeriod({ input, now: at });
    return [...audits.map(({ workflowId }) => workflowId.slice('audit/'.length)), settledAt ?? ''];
  };
  const shift = '20261120T0000Z-20261120T0800Z';
  expect(await windows({}, '2026-11-20T08:00:00.000Z')).toEqual([
    `a/production/${shift}`,
    `slow/production/${shift}`,
    '2026-11-20T08:10:00.000Z',
  ]);
  const newest = async (input: PeriodInput, at: string) => (await windows({ bot: 'a', ...input }, at))[0];
  // 09:00 in Tokyo is midnight in UTC: the day that ends then is the one that is meant.
  expect(await newest({ kind: 'daily' }, '2026-11-20T00:00:00.000Z')).toBe(
    'a/daily/20261119T0000Z-20261120T0000Z',
  );
  expect(await newest({ kind: 'daily' }, '2026-11-19T20:00:00.000Z')).toBe(
    'a/daily/20261118T0000Z-20261119T0000Z',
  );
  expect(await newest({ kind: 'weekly' }, '2026-11-23T01:15:00.000Z')).toBe(
    'a/weekly/20261116T0000Z-20261123T0000Z',
  );
  expect(await newest({ kind: 'quarterly' }, '2026-10-01T01:30:00.000Z')).toBe(
    'a/quarterly/20260701T0000Z-20261001T0000Z',
  );
  expect(await newest({ week: '2026-W45' }, '2026-11-23T01:15:00.000Z')).toBe(
    'a/weekly/20261102T0000Z-20261109T0000Z',
  );
  await expect(planPeriod({ input: { week: '2026-W48' }, now })).rejects.toThrow('is in the future');
});

test('the monthly run at 01:00 on the first audits the month that just ended', async () => {
  const planned = await resolving([bot('a', { settleDelayS: 7200 })]).planMonthly({
    input: {},
    now: '2026-03-01T01:00:00.000Z',
  });
  expect(planned.map(({ workflowId }) => workflowId)).toEqual([
    'audit/a/monthly/20260201T0000Z-20260301T0000Z',
  ]);
});

test('a monitor starts at the next full minute, and at its nominal time when that is one', async () => {
  const { planMonitor } = resolving([bot('a')]);
  expect((await planMonitor({ input: {}, now: '2026-11-20T08:00:00.000Z' })).window).toEqual({
    from: '2026-11-20T08:00:00.000Z',
    to: '2026-11-20T16:00:00.000Z',
  });
  expect((await planMonitor({ input: { hours: 1 }, now: '2026-11-20T08:00:01.000Z' })).window.from).toBe(
    '2026-11-20T08:01:00.000Z',
  );
});

test('with several bots and no default the input must name one', async () => {
  const { resolveAudit } = resolving([bot('a'), bot('b')]);
  await expect(async () => resolveAudit({ input: {}, now })).rejects.toThrow(
    '"bot" is missing: 2 bots are configured and none is the default. Write {"bot": "a"}. There are a and b.',
  );
  await expect(resolving([bot('a'), bot('b')], 'b').resolveAudit({ input: {}, now })).resolves.toMatchObject({
    audit: { bot: 'b' },
  });
});

test('a group that is not there is refused with those there are; one that is there means that the report is delivered', async () => {
  const group = { kinds: null, verdicts: null, minimumSeverity: null, format: 'pdf', mail: [], chats: [] };
  const config = {
    bots: [bot('demo')],
    defaultBot: null,
    mail: { recipients: ['a@audit.test'] },
    groups: [
      { ...group, name: 'ops' },
      { ...group, name: 'board' },
    ],
  };
  const { resolveAudit } = createResolving({
    config,
    pool,
    registry,
    searchAttributes: true,
  } as unknown as ActivityDependencies);
  const input = { bot: 'demo', from: '2026-11-20T00:00Z', to: '2026-11-20T08:00Z' };
  const now = '2026-11-21T00:00:00.000Z';
  await expect(
    (async () => resolveAudit({ input: { ...input, groups: ['ops', 'bord'] }, now }))(),
  ).rejects.toThrow(
    'There is no group "bord" in the configuration. There are everyone, ops and board. A group that was added',
  );
  const { audit } = await resolveAudit({ input: { ...input, groups: ['ops'] }, now });
  expect(audit).toMatchObject({ deliver: true, groups: ['ops'] });
});
