import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { ORDER_PATH } from '../shared/queries/api-calls.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { at, callsOf, type ErrorGroup, type Facts } from './facts.ts';
import { asked, titleOf, type Input } from './input.ts';
import { classTitle } from './operations.ts';

/** What exchanges call a request whose time they do not accept, such as -1021 of Binance. */
export const CLOCK = 'timestamp';

/** Calls that an exchange refused for their time: no row has its clock beside ours, but it has compared them (catalogue AP8). */
export const clockDrift = rule<Facts, Input>()({
  id: 'AP-05',
  title: 'Clock drift',
  dimension: 'performance',
  condition: ({ clockCalls }) =>
    `an exchange refused at least ${String(clockCalls)} calls of the window for their time (as -1021); HIGH`,
  effort: 'low',
  find: ({ errors, venues }, { settings }) =>
    venues.flatMap((venue) => {
      const found = at(errors, venue).filter((one) => one.class === CLOCK);
      return callsOf(found) >= settings.clockCalls ? [{ venue, found }] : [];
    }),
  unseen: ({ unseen }, { rows }) => unseen ?? (rows.errors.ok ? null : rows.errors),
  from: { basis: 'API log', queries: asked('errors') },
  numbers: ({ found, policy }) => ({
    clock_refused: num.count(
      'Calls refused for their time',
      callsOf(found),
      'failed calls of class timestamp',
    ),
    clock_on_orders: num.count(
      'Of them on the path of orders',
      callsOf(found.filter(({ kind }) => ORDER_PATH.has(kind))),
      'of those: to open, close, protect, submit or cancel',
    ),
    clock_limit: policy('clockCalls', 'Such refusals that are told'),
  }),
  severity: () => 'HIGH',
  causes: ({ venue, facts }) => {
    const others = facts.venues.filter((other) => other !== venue);
    const alsoThere = others.some((other) => at(facts.errors, other).some((one) => one.class === CLOCK));
    return [
      hypothesis('host', 'The clock of the host is off.', [
        'another exchange refused calls for their time too',
        others.length === 0 ? null : alsoThere,
      ]),
      hypothesis(
        'one-exchange',
        'The clock is off by more than this exchange allows, or its calls arrive late.',
        ['no other exchange refused a call for its time', others.length === 0 ? null : !alsoThere],
      ),
    ];
  },
  otherwise: 'Whether the clock of the host is off or the calls were long on their way is not recorded.',
  occurrence: (one: ErrorGroup) => ({
    subject: titleOf(one.kind),
    at: ms(one.first_at),
    until: ms(one.last_at),
  }),
  frequency: ({ found }) => callsOf(found),
  evidence: {
    of: 'api-performance.errors',
    accused: (cell, { venue }) => cell('exchange') === venue && cell('class') === classTitle(CLOCK),
  },
  see: ({ venue, input }) =>
    `select at, exchange, operation, outcome, http_status, error_code, duration_ms from api_call where ${during(input, 'at', venue)} and (outcome <> 'ok' or http_status >= 400) order by at limit 50`,
  words: (n, { found, place, input }) => ({
    title: text`${place} refused ${n.clock_refused} ${noun(callsOf(found), 'call')} for ${noun(callsOf(found), 'its', 'their')} time`,
    description: text`${names([...new Set(found.map(({ kind }) => titleOf(kind)))])}: the exchange did not accept the time of the request; ${n.clock_on_orders} of the calls were on the path of orders. From ${n.clock_limit} on it is told.`,
    financial: 'None by itself; a stop or an exit that is refused costs what the market does meanwhile.',
    operational: 'Latencies and the order of events across exchange and bot are off by as much.',
    risk: 'When the clock drifts further, the exchange refuses every signed call, and no position can be closed by the bot.',
    detection: alertsStandIn(input, 'the alerts of the same time'),
    recommendation:
      'Synchronise the clock of the host (NTP) and alert on its offset; let the bot ask the exchange for its time at start and after each such answer.',
    verification: 'No call is refused for its time in the next window.',
  }),
});
