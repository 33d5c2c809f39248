import { fig, text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { at, callsOf, type ErrorGroup, type Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { LimitUse } from './rate-limits.ts';

/** A minute with too much of the limit used, or calls that were refused for it. */
type Case = { readonly at: number; readonly until: number } & (
  | { readonly what: 'used'; readonly step: LimitUse['steps'][number] }
  | { readonly what: 'refused'; readonly errors: ErrorGroup }
);

type Step = Pick<Facts['steps'][number], 'calls' | 'failed' | 'price_calls' | 'stop_calls' | 'account_calls'>;

const refusedOf = (found: readonly Case[]): readonly ErrorGroup[] =>
  found.flatMap((one) => (one.what === 'refused' ? [one.errors] : []));
const usedOf = (found: readonly Case[]) => found.flatMap((one) => (one.what === 'used' ? [one.step] : []));
const isBanned = ({ http_status: status }: ErrorGroup): boolean => status === 418;

/** Too near a rate limit, or beyond it, per exchange (catalogue 4.5). */
export const rateLimit = rule<Facts, Input>()({
  id: 'AP-02',
  title: 'Rate limit',
  dimension: 'performance',
  condition: ({ limitWarnPct }) =>
    `a call was refused for the rate limit (HTTP 429, 418), or over ${String(limitWarnPct)} % of it was used: MEDIUM; HIGH when the exchange banned the bot (418)`,
  effort: 'medium',
  find: ({ limits, errors, venues }) =>
    venues.flatMap((venue) => {
      const used = at(limits, venue).flatMap(({ over }) => over);
      const refused = at(errors, venue).filter((one) => one.class === 'rate_limit');
      const found: readonly Case[] = [
        ...refused.map((one) => ({
          what: 'refused' as const,
          at: ms(one.first_at),
          until: ms(one.last_at),
          errors: one,
        })),
        ...used.map((step) => ({ what: 'used' as const, at: step.at, until: step.at, step })),
      ];
      return found.length === 0 ? [] : [{ venue, found }];
    }),
  unseen: ({ unseen }, { rows }) => unseen ?? (rows.steps.ok ? null : rows.steps),
  from: { basis: 'API log', queries: asked('steps', 'errors') },
  numbers: ({ found, venue, facts, policy }) => ({
    limit_refused: num.count('Calls refused for the rate limit', callsOf(refusedOf(found)), {
      formula: 'failed calls of class rate limit',
    }),
    limit_minutes: num.count('Minutes over the limit of use', usedOf(found).length, {
      formula: 'minutes with more of the rate limit used than the policy allows',
    }),
    limit_peak: num.percent(
      'Most of the rate limit used',
      at(facts.limits, venue)[0]?.peak.used ?? { value: null, reason: 'no_data' },
      'largest 100 x used / (used + remaining)',
    ),
    limit_allowed: policy('limitWarnPct', 'Share of the limit that may be used'),
  }),
  severity: ({ found }) => (refusedOf(found).some(isBanned) ? 'HIGH' : 'MEDIUM'),
  causes({ found, venue, facts, input }) {
    const [steps, { callerPct }] = [usedOf(found), input.settings];
    const own: readonly Step[] = steps.length > 0 ? steps : at(facts.steps, venue);
    const share = (calls: (step: Step) => number): boolean | null => {
      const total = own.reduce((sum, step) => sum + step.calls, 0);
      return total === 0 ? null : 100 * own.reduce((sum, step) => sum + calls(step), 0) >= callerPct * total;
    };
    const most = `at least ${String(callerPct)} % of the calls of that time`;
    return [
      hypothesis('prices-polled', 'Prices are asked for call by call, where a stream would bring them.', [
        `${most} fetched prices`,
        share(({ price_calls: calls }) => calls),
      ]),
      hypothesis('stop-storm', 'Stops are moved too often: each small move is a call.', [
        `${most} moved stops`,
        share(({ stop_calls: calls }) => calls),
      ]),
      hypothesis(
        'account-polled',
        'Positions, orders and balances are asked for over and over, where the stream of the account would tell.',
        [`${most} fetched positions, orders or balances`, share(({ account_calls: calls }) => calls)],
      ),
      hypothesis('retries', 'Failed calls were repeated at once, and each repetition counts.', [
        `${most} failed`,
        share(({ failed }) => failed),
      ]),
    ];
  },
  otherwise: 'No kind of call makes most of the calls of that time.',
  occurrence: (one) => ({
    subject: one.what === 'used' ? 'used limit' : 'refused calls',
    at: one.at,
    until: one.until,
  }),
  frequency: ({ found }) => callsOf(refusedOf(found)) + usedOf(found).length,
  evidence: {
    id: 'api-performance.rate-limit',
    title: 'Rate limit',
    table: table<Case>({
      at: col.time('At', (one) => one.at),
      what: col.text('What', (one) => (one.what === 'used' ? 'most of it used' : 'calls refused')),
      used: col.percent('Used (%)', (one) => (one.what === 'used' ? one.step.used : null)),
      calls: col.count('Calls', (one) => (one.what === 'used' ? one.step.calls : one.errors.calls)),
      operation: col.text('Operation', (one) => (one.what === 'used' ? 'all' : (one.errors.operation ?? ''))),
      status: col.text('HTTP', (one) => (one.what === 'used' ? '' : String(one.errors.http_status ?? ''))),
    }),
    rows: ({ found }) => [...found].sort((a, b) => a.at - b.at),
  },
  see: ({ venue, input }) =>
    `select date_trunc('minute', at) as minute, operation, count(*) as calls, max(rate_limit_used) as used, min(rate_limit_remaining) as remaining from api_call where ${during(input, 'at', venue)} group by 1, 2 order by used desc nulls last limit 30`,
  words: (n, { found, place, input }) => ({
    title:
      callsOf(refusedOf(found)) > 0
        ? text`${place} refused ${n.limit_refused} ${noun(callsOf(refusedOf(found)), 'call')} for its rate limit`
        : text`${n.limit_peak} of the rate limit of ${place} was used`,
    description: text`At most ${n.limit_peak} of the limit was used, more than ${n.limit_allowed} in ${n.limit_minutes} ${noun(usedOf(found).length, 'minute')}; ${n.limit_refused} of ${fig('api_calls')} calls were refused for it.`,
    financial:
      'None by itself; a stop or an exit that is refused for the limit costs what the market does meanwhile.',
    operational: 'Orders share the limit with everything else that is asked.',
    risk: refusedOf(found).some(isBanned)
      ? 'While the address is banned, no position can be closed by the bot.'
      : 'The next burst of calls meets the limit, and with it the stops and exits of that minute.',
    detection: alertsStandIn(input, 'the alerts of the same time'),
    recommendation:
      'Take prices from the stream, keep what seldom changes, give each caller a budget of the limit, and keep the last fifth of it for stops and exits.',
    verification: text`No call refused for the limit, and at most ${n.limit_allowed} of it used, in the next window.`,
  }),
});
