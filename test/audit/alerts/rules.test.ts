import { expect, test } from '@jest/globals';
import { ALERT_RULES, alertFacts } from '../../../audit/alerts/rules.ts';
import type { AlertRow, AlertRule, Judged } from '../../../audit/alerts/rule.ts';
import { ALERT_THRESHOLDS } from '../../../audit/alerts/thresholds.ts';

const AT = '2026-11-20T10:00:00.000Z';
const ago = (minutes: number): string => new Date(Date.parse(AT) - minutes * 60_000).toISOString();

function rule(id: string): AlertRule {
  const found = ALERT_RULES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no rule ${id}`);
  return found;
}

function judge(id: string, rows: readonly AlertRow[]): Judged {
  return rule(id).judge(rows, { limits: ALERT_THRESHOLDS, at: AT, strategiesWithoutStop: ['grid'] });
}

const beat = (service: string, minutes: number): AlertRow => ({ service, newest: ago(minutes) });
const state = (kind: string, on: boolean | null, name = kind): AlertRow => ({
  ...{ source: 'state', name, kind, on, at: ago(300), since: null, reason: 'drawdown' },
});
const blocked: AlertRow = {
  source: 'event',
  name: 'GLOBAL_BLOCKER',
  kind: 'event',
  on: true,
  at: ago(1),
  since: ago(4),
  reason: null,
};

/** Rule, rows that are just within the limit, rows just beyond it, the sentence. */
test.each<[string, readonly AlertRow[], readonly AlertRow[], string]>([
  [
    'heartbeat-gap',
    [beat('a', 10), beat('b', 500)],
    [beat('a', 10.1), beat('b', 500)],
    'No heartbeat for 10 minutes; more than 10 minutes is too long.',
  ],
  [
    'service-silent',
    [beat('a', 1), beat('b', 10)],
    [beat('a', 1), beat('b', 180)],
    'Service b is silent for 3 hours; more than 10 minutes is too long.',
  ],
  [
    'zero-ingestion',
    [{ newest: ago(24 * 60), ever: true }],
    [{ newest: ago(24 * 60 + 1), ever: true }],
    'No ingestion run for 24 hours; more than 24 hours is too long.',
  ],
  [
    'notifications-blocked',
    [{ attempted: 7, blocked: 0, critical: 0 }],
    [{ attempted: 7, blocked: 1, critical: 0 }],
    '1 of 7 alerts of the bot was not delivered in the last hour, 0 of them critical; more than 0 is too many.',
  ],
  [
    'failure-rate',
    [{ failed: 3, executed: 7 }],
    [{ failed: 4, executed: 9 }],
    '4 of 13 decisions failed in the last 24 hours, 30.8 %; more than 30 % is too many.',
  ],
  [
    'strategy-success',
    [{ strategy: 'trend', failed: 5, executed: 5 }],
    [{ strategy: 'trend', failed: 6, executed: 5 }],
    'Strategy trend executed 5 of 11 decisions in the last 24 hours, 45.5 %; less than 50 % is too few.',
  ],
  [
    'stuck-decisions',
    [{ stuck: 5, oldest: ago(500) }],
    [{ stuck: 6, oldest: ago(500) }],
    '6 decisions are pending for more than 60 minutes, the oldest for 8 hours; more than 5 is too many.',
  ],
  [
    'api-errors',
    [{ calls: 90, errors: 5 }],
    [{ calls: 90, errors: 6 }],
    '6 of 90 calls failed in the last hour; more than 5 is too many.',
  ],
  [
    'storage',
    [{ name: 'bot.payloads', bytes: 10_000_000_000 }],
    [{ name: 'bot.payloads', bytes: 10_600_000_000 }],
    'Table bot.payloads takes 10.6 GB; more than 10 GB is too much.',
  ],
  [
    'unprotected-position',
    [{ id: '7', symbol: 'BTC', exchange: 'bybit', strategy: 'grid', opened_at: ago(3) }],
    [{ id: '7', symbol: 'BTC', exchange: 'bybit', strategy: 'trend', opened_at: ago(3) }],
    'Position 7 (BTC at bybit), open for 3 minutes, has no live stop.',
  ],
  [
    'global-blocker',
    [state('kill_switch', false), state('trading', true), state('circuit_breaker', true)],
    [state('kill_switch', true)],
    'kill_switch stops all trading since 2026-11-20T05:00Z: drawdown; none should.',
  ],
])('%s: quiet at its limit, an alert beyond it, with number and limit', (id, within, beyond, sentence) => {
  expect(judge(id, within)).toEqual({ crossings: [] });
  const { crossings } = judge(id, beyond);
  expect(crossings.map(({ text }) => text)).toEqual([sentence]);
});

test('a rate of too few decisions says nothing', () => {
  expect(judge('failure-rate', [{ failed: 9, executed: 0 }]).crossings).toEqual([]);
  expect(judge('failure-rate', [{ failed: 10, executed: 0 }]).crossings).toHaveLength(1);
  expect(judge('strategy-success', [{ strategy: 'x', failed: 9, executed: 0 }]).crossings).toEqual([]);
});

test('what was never seen is not watched, and not silently well', () => {
  expect(judge('heartbeat-gap', []).unwatched).toContain('no heartbeat was written in the last 7 days');
  expect(judge('zero-ingestion', [{ newest: null, ever: false }]).unwatched).toBe(
    'no ingestion run was ever written',
  );
  expect(judge('zero-ingestion', [{ newest: null, ever: true }]).crossings[0]?.text).toContain(
    'for more than 7 days',
  );
  expect(judge('global-blocker', []).unwatched).toContain('no state of a kill switch was ever written');
  expect(judge('global-blocker', [state('kill_switch', null)]).unwatched).toBeDefined();
});

test('trading that is not allowed and an event that none ended block; a lost bot is one alert, not one a service', () => {
  expect(judge('global-blocker', [state('trading', false)]).crossings).toHaveLength(1);
  expect(judge('global-blocker', [blocked]).crossings).toEqual([
    {
      subject: 'GLOBAL_BLOCKER',
      text: 'GLOBAL_BLOCKER stops all trading since 2026-11-20T09:56Z; none should.',
    },
  ]);
  expect(judge('service-silent', [beat('a', 60), beat('b', 60)]).crossings).toEqual([]);
});

test('a blocked critical notification makes the warning critical', () => {
  const { crossings } = judge('notifications-blocked', [{ attempted: 2, blocked: 2, critical: 1 }]);
  expect(crossings[0]?.level).toBe('critical');
});

test('every rule says when it fires and what to do; causes stand in the table before what follows from them', () => {
  const ids = ALERT_RULES.map(({ id }) => id);
  for (const { id, condition, todo, inhibitedBy } of ALERT_RULES) {
    expect(condition(ALERT_THRESHOLDS).length).toBeGreaterThan(20);
    expect(todo).toMatch(/[.)]$/);
    expect(alertFacts(id).todo).toBe(todo);
    for (const cause of inhibitedBy) expect(ids.indexOf(cause)).toBeLessThan(ids.indexOf(id));
    expect(ids.filter((other) => other === id)).toHaveLength(1);
  }
});

test('a mapping that lacks what a rule needs is told by name; every entity of a question is one that the rule reads', () => {
  for (const { id, ask, reads } of ALERT_RULES) {
    const none = ask(ALERT_THRESHOLDS, () => false);
    if (id !== 'storage') expect('lacks' in none ? none.lacks : '').toContain('in the mapping');
    const all = ask(ALERT_THRESHOLDS, () => true);
    if ('lacks' in all) throw new Error(all.lacks);
    expect(reads).toEqual(expect.arrayContaining([...all.entities]));
  }
  const flagOnly = rule('unprotected-position').ask(
    ALERT_THRESHOLDS,
    (entity, column) => entity === 'position' && column !== 'stop_loss_price',
  );
  expect('sql' in flagOnly ? flagOnly.sql : '').toContain('has_stop_loss is not true');
});
