import { text, fig } from '../../audit/text.ts';
import { wilson } from '../../audit/statistics.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { byExchange, lines, shown, unshown, type Cell, type Line } from '../shared/vocabulary/lines.ts';
import { at, callsOf, faults, type CallGroup, type Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import type { Fate } from './unclear-orders.ts';

type Venue = string | null;
const NO_HEADERS = missing('no_data', 'no answer told how much of the limit was used');
const NO_ATTEMPTS = missing('no_data', 'no call says which attempt it was');

/** Figures AP1, AP2 and AP5 to AP7 by exchange and in total. */
export function statistics(facts: Facts, input: Input) {
  const { unseen, venues } = facts;
  return lines<Venue>({
    columns: byExchange(venues),
    basis: 'API log',
    queries: asked('durations', 'errors'),
    currency: input.bot.quoteCurrency,
    unseen,
    lines: [...callLines(facts, input), ...limitLines(facts, input), ...submitLines(facts)],
  });
}

function callLines(facts: Facts, { settings }: Input): readonly Line[] {
  const { groups, bursts } = facts;
  const errors = (venue: Venue) => at(facts.errors, venue);
  return [
    shown('AP2', 'count', 'api_calls', 'API calls', {
      formula: 'rows with `at` in the window, each attempt one',
      of: (venue) => callsOf(at(groups, venue)),
    }),
    shown('AP2', 'count', 'api_failed', 'Failed calls', {
      formula:
        'outcome error, timeout, aborted or unclear, or a status of HTTP from 400 on; refused orders left out',
      of: (venue) => callsOf(faults(errors(venue))),
      note: 'without refused orders',
    }),
    shown('AP2', 'percent', 'api_error_rate', 'Share of failed calls', {
      formula: '100 x failed / calls',
      of: (venue) => rate(callsOf(faults(errors(venue))), callsOf(at(groups, venue))),
    }),
    shown('AP2', 'count', 'api_refused', 'Refused orders', {
      formula:
        'failed calls of class margin, filter, risk or would trigger: the exchange answered, and did not take the order',
      of: (venue) => callsOf(errors(venue)) - callsOf(faults(errors(venue))),
      note: 'margin, filters, risk',
    }),
    shown('AP1', 'count', 'api_errors_hour', 'Most failed calls within an hour', {
      queries: asked('failures'),
      formula: 'largest number of failed calls in any 60 minutes',
      of: (venue) => (venue === null ? bursts.worst : bursts.worstOf(venue))?.most ?? 0,
      when: (venue) => (venue === null ? bursts.worst : bursts.worstOf(venue))?.at ?? null,
      note: 'any 60 minutes',
    }),
    shown('AP6', 'ratio', 'api_attempts', 'Attempts for one call', {
      formula: 'calls that say which attempt they were / first attempts',
      of: (venue) => attemptsOf(at(groups, venue)),
      note: `at most ${String(settings.attemptsGoodRatio)} is usual`,
    }),
    shown('AP6', 'count', 'api_recovered', 'Answered at a later attempt', {
      formula: 'calls with outcome ok and an attempt after the first',
      of(venue) {
        const own = at(groups, venue);
        if (own.every(({ attempts }) => attempts === 0)) return NO_ATTEMPTS;
        const ok = own.filter(({ outcome }) => outcome === 'ok');
        return ok.reduce((total, { attempts, firsts }) => total + attempts - firsts, 0);
      },
    }),
  ];
}

function limitLines({ limits, errors }: Facts, { settings }: Input): readonly Line[] {
  const peakOf = (venue: Venue) =>
    at(limits, venue).reduce<{ used: number; at: number } | null>(
      (most, { peak }) =>
        most === null || peak.used > most.used || (peak.used === most.used && peak.at < most.at)
          ? peak
          : most,
      null,
    );
  return [
    shown('AP5', 'percent', 'api_limit_peak', 'Most of the rate limit used', {
      queries: asked('steps'),
      basis: 'headers of the answers',
      formula: 'largest 100 x used / (used + remaining)',
      of: (venue) => peakOf(venue)?.used ?? NO_HEADERS,
      when: (venue) => peakOf(venue)?.at ?? null,
    }),
    shown(
      'AP5',
      'count',
      'api_limit_over',
      `Minutes with over ${String(settings.limitWarnPct)} % of it used`,
      {
        queries: asked('steps'),
        basis: 'headers of the answers',
        formula: 'minutes in which an answer said so; of a window over a day longer steps',
        of(venue) {
          const own = at(limits, venue);
          return own.length === 0 ? NO_HEADERS : own.reduce((total, { over }) => total + over.length, 0);
        },
      },
    ),
    shown('AP5', 'count', 'api_limited', 'Refused for the rate limit', {
      formula: 'failed calls of class rate limit (HTTP 429 and 418, and the numbers of the exchange)',
      of: (venue) => callsOf(at(errors, venue).filter((one) => one.class === 'rate_limit')),
      note: 'HTTP 429, 418 and their like',
    }),
  ];
}

const FATES: readonly { fate: Fate; name: string; title: string; note: string }[] = [
  {
    fate: 'taken',
    name: 'api_unclear_taken',
    title: 'of these taken',
    note: 'its fill, its id or a later call shows it',
  },
  {
    fate: 'not taken',
    name: 'api_unclear_refused',
    title: 'of these not taken',
    note: 'it ended without a trace there',
  },
  {
    fate: 'unresolved',
    name: 'api_unclear_unresolved',
    title: 'of these unresolved',
    note: 'nothing says how it ended',
  },
  {
    fate: 'untold',
    name: 'api_unclear_untold',
    title: 'of these not told',
    note: 'no order has the id of the call',
  },
];

function submitLines(facts: Facts): readonly Line[] {
  const { unclear } = facts;
  const unseen = submitsUnseen(facts);
  return [
    shown('AP7', 'count', 'api_unclear', 'Orders sent without a known outcome', {
      queries: asked('submits'),
      unseen,
      formula: 'calls that send an order and ended with no answer, an unclear one or a 5xx',
      of: (venue) => at(unclear, venue).length,
      note: 'timeouts, 5xx',
    }),
    ...FATES.map(({ fate, name, title, note }): Line =>
      unshown('AP7', 'count', name, title, {
        queries: asked('submits', 'orders'),
        unseen,
        formula: `of those: ${note}`,
        of: (venue) => at(unclear, venue).filter((one) => one.fate === fate).length,
        // Without one there is nothing to split.
        ...(unclear.length > 0 && { row: title, note }),
      }),
    ),
  ];
}

/** Why submits cannot be told from other calls; null where they can. */
export function submitsUnseen({ unseen, unknownKind, groups }: Facts): Missing | null {
  if (unseen !== null) return unseen;
  return unknownKind === callsOf(groups) ? missing('inadequate_basis', 'no call says what it is for') : null;
}

/** AP6: attempts of each logical call. */
export function attemptsOf(groups: readonly CallGroup[]): number | Missing {
  const attempts = groups.reduce((total, one) => total + one.attempts, 0);
  const firsts = groups.reduce((total, one) => total + one.firsts, 0);
  return firsts === 0 ? NO_ATTEMPTS : attempts / firsts;
}

/** Percent with its n, and its interval where n is small. */
function rate(k: number, n: number): Cell | Missing {
  if (n === 0) return missing('no_data', 'no call');
  const interval = n < 100 ? wilson(k, n) : null;
  return { value: { value: (100 * k) / n }, n, interval };
}

/** What is left out of the numbers, in one sentence each; none where all was read. */
export function unreadNotes({ unread, unknownKind, groups }: Facts) {
  const all = callsOf(groups);
  return [
    ...(unread === 0
      ? []
      : [
          text`The outcome of ${String(unread)} of ${fig('api_calls')} calls is a word that nothing reads: they are neither answered nor failed.`,
        ]),
    ...(unknownKind === 0 || all === 0
      ? []
      : [
          text`What ${String(unknownKind)} of ${fig('api_calls')} calls are for is not told: the mapping has no operation_kind of theirs, and no spelling knows their operation.`,
        ]),
  ];
}
