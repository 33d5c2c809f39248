import type { Severity } from '../../audit/finding.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../shared/vocabulary/rule.ts';
import { names, on } from '../shared/vocabulary/words.ts';
import { adviceFor, keysRefused, rootCauses } from './burst-causes.ts';
import type { Burst } from './bursts.ts';
import { failingOperations } from './failing-operations.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { classTitle } from './operations.ts';
import { CLOCK } from './rule-clock.ts';

const callsOf = (found: readonly Burst[]): number => found.reduce((total, { calls }) => total + calls, 0);
const onOrders = (found: readonly Burst[]): number => found.reduce((total, one) => total + one.onOrders, 0);
const mainClass = ({ classes }: Burst): string => classes[0]?.[0] ?? '';
const start = (found: readonly Burst[]): string => iso(Math.min(...found.map(({ from }) => from)));

/** More failed calls in an hour than allowed, or too large a share of an operation's calls (catalogue 4.5). */
export const errorBurst = rule<Facts, Input>()({
  id: 'AP-01',
  title: 'Error burst',
  dimension: 'performance',
  condition: ({ errorsPerHour, errorBadPct, minCalls, authMin }) =>
    `more than ${String(errorsPerHour)} failed calls within an hour, or over ${String(errorBadPct)} % of at least ${String(minCalls)} calls of an operation, refused orders left out: MEDIUM; HIGH on the path of orders; CRITICAL when keys were refused for over ${String(authMin)} minutes beside an open position`,
  effort: 'low',
  find: (facts, input) =>
    groupsByVenue([...facts.bursts.bursts, ...failingOperations(facts, input)], ({ venue }) => venue),
  unseen: ({ unseen }, { rows }) => unseen ?? (rows.failures.ok ? null : rows.failures),
  from: { basis: 'API log', queries: asked('failures', 'errors') },
  numbers: ({ found, policy }) => ({
    burst_calls: num.count(
      'Failed calls',
      callsOf(found),
      'failed calls in its time, refused orders left out',
    ),
    burst_most: num.count('Failed calls within an hour', Math.max(...found.map(({ most }) => most)), {
      formula: 'largest number of failed calls in any 60 minutes',
    }),
    burst_limit: policy('errorsPerHour', 'Failed calls allowed within an hour'),
    burst_on_orders: num.count('Failed calls on the path of orders', onOrders(found), {
      formula: 'of those: to open, close, protect, submit or cancel',
    }),
  }),
  severity({ found, facts, input }): Severity {
    if (keysRefused(found, facts, input) === true) return 'CRITICAL';
    return onOrders(found) > 0 ? 'HIGH' : 'MEDIUM';
  },
  causes: ({ found, facts, input }) => rootCauses(found, facts, input),
  otherwise: 'Several kinds of failure came together; what they have in common is not recorded.',
  occurrence: (one) => ({ subject: classTitle(mainClass(one)), at: one.from, until: one.until }),
  frequency: ({ found }) => callsOf(found),
  // Being refused for the number of calls, or for their time, has a rule of its own.
  explainedBy: ({ found }) => [
    { rule: 'AP-02' },
    ...(found.some((one) => mainClass(one) === CLOCK) ? [{ rule: 'AP-05' }] : []),
  ],
  evidence: {
    of: 'api-performance.errors',
    accused: (cell, { found }) =>
      found.some(
        ({ venues, classes }) =>
          venues.includes(String(cell('exchange'))) &&
          classes.some(([name]) => classTitle(name) === cell('class')),
      ),
  },
  see: ({ venue, found, input }) =>
    `select at, exchange, operation, outcome, http_status, error_code, duration_ms from api_call where ${during({ window: { from: start(found), to: input.window.to } }, 'at', venue)} and (outcome <> 'ok' or http_status >= 400) order by at limit 50`,
  words: (n, { found, venue, input }) => ({
    title: text`${n.burst_calls} failed calls${on(venue)}: ${names(found.map((one) => classTitle(mainClass(one)).toLowerCase()))}`,
    description: text`${n.burst_most} calls failed within an hour${on(venue)}, and ${n.burst_limit} are allowed; ${n.burst_on_orders} of all were on the path of orders.${names(found.flatMap(({ rate }) => (rate === null ? [] : [` ${rate}.`])))}`,
    financial: 'Not known from the API log: what was to be opened, closed or protected then may be late.',
    operational: text`${n.burst_calls} of ${fig('api_calls')} calls were without effect; ${fig('api_recovered')} calls were answered at a later attempt.`,
    risk:
      onOrders(found) > 0
        ? 'A stop or an exit that is not taken leaves a position as it is.'
        : 'Decisions rest on prices and positions that are older than they seem.',
    detection: alertsStandIn(input, 'the alerts of the same time'),
    recommendation: adviceFor(found.map(mainClass)),
    verification: text`No more than ${n.burst_limit} failed calls within any hour of the next window.`,
  }),
});
