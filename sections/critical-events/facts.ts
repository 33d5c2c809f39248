import type { Rows } from '../../audit/section.ts';
import { median } from '../../audit/statistics.ts';
import { ms, spanMs } from '../../audit/time.ts';
import { isKnown, known, missing, type Reason } from '../../audit/value.ts';
import { errorsOf, eventsIn } from '../shared/facts/errors.ts';
import { endOfRow, groupBy, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { judgedStates } from '../shared/facts/states.ts';
import type { AlertRow, CriticalEventRow, ErrorSignatureRow } from '../shared/queries/monitoring.ts';
import type { PositionRow } from '../shared/queries/trading-rows.ts';
import { unreadWords } from '../shared/vocabulary/unread-words.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { activeBlockers, type EventWord } from './blockers.ts';
import type { Input, Settings } from './input.ts';

export type ErrorSignature = Omit<ErrorSignatureRow, 'bucket'>;

/** What cannot be read is empty; the input's rows say why. */
export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, window, settings } = input;
  const critical = rowsOf(rows.critical);
  const states = judgedStates(rows.states);
  const unread = unreadEvents(critical, input);
  const alertRows = rowsOf(rows.alerts).filter(
    ({ at }) => ms(at) >= ms(window.from) && ms(at) < ms(window.to),
  );
  const alerts = criticalAlerts(alertRows, settings.alertDedupS);
  const errors = errorsOf(input);
  const earlier = input.history
    .map(({ figures }) => figures['errors_logged'])
    .filter((value) => typeof value === 'number');
  return {
    events: answerEvents(critical, rows.alerts, settings),
    /** Types of CRITICAL events whose meaning nobody says, most frequent first. */
    unreadEvents: unread,
    alertRows,
    alerts,
    undelivered: undelivered(alerts, input),
    unacknowledged: unacknowledged(alerts, input),
    errors,
    errorsPerHour: isKnown(errors) ? known(errors.value / (spanMs(window) / 3_600_000)) : errors,
    signatures: rows.signatures.ok ? joined(rows.signatures.rows) : [],
    earlier,
    history: earlier.length < settings.historyWindows ? null : historyOf(earlier, settings),
    forced: forcedCloses(input),
    states,
    blockers: activeBlockers(states, unread, input),
    /** Switches that are on at the end and stop less than all trading, or only for a time (catalogue HC4). */
    holds: states.filter(({ says }) => says === 'holds' || says === 'cools'),
    unreadStates: states.filter(({ says }) => says === 'unread'),
  };
}

/** The buckets of one signature joined; the most frequent first. */
function joined(rows: readonly ErrorSignatureRow[]): readonly ErrorSignature[] {
  const keyOf = ({ exchange, type, signature }: ErrorSignature) =>
    JSON.stringify([exchange, type, signature]);
  return [...groupBy(rows, keyOf).values()]
    .flatMap((group) => {
      const [first] = [...group].sort((a, b) => ms(a.first_at) - ms(b.first_at));
      const [last] = [...group].sort((a, b) => ms(b.last_at) - ms(a.last_at));
      return first && last ? [{ ...first, events: eventsIn(group), last_at: last.last_at }] : [];
    })
    .sort((a, b) => b.events - a.events || (a.signature < b.signature ? -1 : 1));
}

/** Median, median absolute deviation, and the most that is usual; null without any window. */
function historyOf(earlier: readonly number[], { madFactor }: Settings) {
  const middle = median(earlier);
  if (middle === null) return null;
  const mad = median(earlier.map((errors) => Math.abs(errors - middle))) ?? 0;
  // A MAD of 0 (equal windows) would make one error more an anomaly: the spread of a Poisson count is the floor.
  return { median: middle, mad, most: middle + madFactor * Math.max(mad, Math.sqrt(middle), 1) };
}

export type AnsweredEvent = ReturnType<typeof answerEvents>[number];

/** Pairs each event with an alert in its time whose symbol, where both name one, is the same. */
function answerEvents(events: readonly CriticalEventRow[], alerts: Rows<AlertRow>, settings: Settings) {
  // An alert table that never had a row is an alert path that never worked: then no event was answered.
  const readable = alerts.ok || alerts.reason === 'no_data';
  return events.map((event) => {
    const at = ms(event.first_at);
    // A CRITICAL alert that was not delivered is a finding of its own; any other told nobody of this event.
    const alert = rowsOf(alerts).find(
      (row) =>
        (row.severity === 'CRITICAL' || row.delivered !== false) &&
        ms(row.at) >= at - settings.alertBeforeS * 1000 &&
        ms(row.at) <= at + settings.alertAfterS * 1000 &&
        (row.symbol === null || event.symbol === null || row.symbol === event.symbol),
    );
    return {
      event,
      alert: alert ?? null,
      delayMs: alert ? ms(alert.at) - at : 0,
      /** Whether an alert was due: good news and a person's own act need none, and alerts may not be readable. */
      due: readable && event.kind !== 'unblocked' && event.kind !== 'manual_intervention',
    };
  });
}

/** Types of CRITICAL events that neither the mapping nor a spelling reads; without severities any unread type may be one. */
function unreadEvents(
  events: readonly CriticalEventRow[],
  input: Pick<Input, 'has' | 'entities'>,
): readonly EventWord[] {
  if (!input.has('event', 'severity')) return unreadWords(input, (entity) => entity === 'event');
  const unread = groupBy(
    events.filter(({ kind }) => kind === null || kind === 'unknown'),
    ({ type }) => type,
  );
  const lost = unreadWords(input, (entity) => entity === 'event').filter(
    ({ column, word }) => column === 'severity' && !unread.has(word),
  );
  const severities = lost.map(({ word, rows }) => ({ word: `the severity of ${word}`, rows }));
  return [...severities, ...[...unread].map(([word, rows]) => ({ word, rows: eventsIn(rows) }))]
    .map(({ word, rows }) => ({ word, rows }))
    .sort((a, b) => b.rows - a.rows || (a.word < b.word ? -1 : 1));
}

export const typesOf = (found: readonly AnsweredEvent[]): string =>
  [...new Set(found.map(({ event }) => event.type))].sort().slice(0, 4).join(', ');

/** Alerts of one key, each within the deduplication time of the one before. */
export interface AlertGroup {
  readonly text: string;
  readonly symbol: string | null;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly acknowledgedAt: number | null;
  readonly delivered: boolean | null;
  readonly blockedReason: string | null;
}

/** Critical alerts by key (text and symbol), repeats joined (catalogue EX8). */
export function criticalAlerts(rows: readonly AlertRow[], dedupS: number): readonly AlertGroup[] {
  const groups: AlertGroup[] = [];
  const newest = new Map<string, number>();
  for (const row of rows.filter(({ severity }) => severity === 'CRITICAL')) {
    const key = JSON.stringify([row.text, row.symbol]);
    const index = newest.get(key) ?? groups.length;
    const before = groups[index];
    const isRepeat = before !== undefined && ms(row.at) - before.last <= dedupS * 1000;
    const place = isRepeat ? index : groups.length;
    groups[place] = repeated(isRepeat ? before : null, row);
    newest.set(key, place);
  }
  return groups;
}

/** One delivered or acknowledged repeat is enough: somebody was told. */
function repeated(before: AlertGroup | null, row: AlertRow): AlertGroup {
  const times = [before?.acknowledgedAt, timeOrNull(row.acknowledged_at)].filter((time) => time != null);
  return {
    text: row.text ?? '',
    symbol: row.symbol,
    first: before?.first ?? ms(row.at),
    last: ms(row.at),
    count: (before?.count ?? 0) + 1,
    acknowledgedAt: times.length === 0 ? null : Math.min(...times),
    delivered: before?.delivered === true || row.delivered === true || (before?.delivered ?? row.delivered),
    blockedReason: before?.blockedReason ?? row.blocked_reason,
  };
}

/** Critical alerts that reached nobody (catalogue EX8), or why that cannot be known. */
function undelivered(alerts: readonly AlertGroup[], { rows, has }: Input): Rows<AlertGroup> {
  if (!rows.alerts.ok) return rows.alerts;
  if (!has('alert', 'delivered') && !has('alert', 'blocked_reason'))
    return unseen('missing_column', 'alert.delivered');
  const [habits] = rowsOf(rows.alertHabits);
  const recorded =
    (habits?.delivered ?? 0) + (habits?.undelivered ?? 0) > 0 ||
    alerts.some(({ delivered, blockedReason }) => delivered !== null || blockedReason !== null);
  if (alerts.length > 0 && !recorded)
    return unseen('inadequate_basis', 'no alert of seven days says whether it was delivered');
  // A bot that only ever writes `true` says "not delivered" with an empty column.
  const emptyIsNo = (habits?.delivered ?? 0) > 0 && habits?.undelivered === 0;
  return {
    ok: true,
    rows: alerts.filter(
      ({ delivered, blockedReason, acknowledgedAt }) =>
        delivered === false ||
        (blockedReason !== null && delivered !== true) ||
        (delivered === null && emptyIsNo && acknowledgedAt === null),
    ),
  };
}

/** Raised longer ago than the limit (or acknowledged later than it), seen from the window's end. */
function unacknowledged(
  alerts: readonly AlertGroup[],
  { rows, has, window, settings }: Input,
): Rows<AlertGroup> {
  if (!rows.alerts.ok) return rows.alerts;
  if (!has('alert', 'acknowledged_at')) return unseen('missing_column', 'alert.acknowledged_at');
  const ever =
    (rows.alertHabits.ok && rows.alertHabits.rows.some((habits) => habits.acknowledged > 0)) ||
    rows.alerts.rows.some((row) => row.acknowledged_at !== null);
  if (alerts.length > 0 && !ever)
    return unseen(
      'inadequate_basis',
      'no alert of seven days was ever acknowledged: the bot may not record it',
    );
  return {
    ok: true,
    rows: alerts.filter(
      ({ first, acknowledgedAt }) => (acknowledgedAt ?? ms(window.to)) - first > settings.acknowledgeS * 1000,
    ),
  };
}

const unseen = (reason: Reason, detail: string): Rows<AlertGroup> => ({
  ok: false,
  ...missing(reason, detail),
});

export type ForcedClose = ReturnType<typeof closeOf>;

/** Liquidations and ADL from events, each position once, and from exit kinds that no event tells of. */
function forcedCloses({ rows, window, settings }: Input): readonly ForcedClose[] {
  const positions = rowsOf(rows.positions);
  const byEvent = rowsOf(rows.critical).flatMap((event) => {
    const { kind } = event;
    if (kind !== 'liquidation' && kind !== 'adl') return [];
    const position = positions.find(({ id }) => id === event.position_id) ?? null;
    return [closeOf(kind, ms(event.first_at), position, event)];
  });
  const byReason = positions.flatMap((row) => {
    const kind = row.exit_kind;
    const at = endOfRow(row)?.at ?? null;
    const isInside = at !== null && at >= ms(window.from) && at < ms(window.to);
    return (kind === 'liquidation' || kind === 'adl') && isInside ? [closeOf(kind, at, row, row)] : [];
  });
  const closes: ForcedClose[] = [];
  for (const close of [...byEvent, ...byReason])
    if (!closes.some((other) => isSame(other, close, settings.sameCloseS))) closes.push(close);
  return closes.sort((a, b) => a.at - b.at);
}

function closeOf(
  kind: 'liquidation' | 'adl',
  at: number,
  position: PositionRow | null,
  { exchange, symbol }: { readonly exchange: string | null; readonly symbol: string | null },
) {
  const quantity = positiveOrNull(position?.quantity ?? null);
  const price = positiveOrNull(position?.entry_price ?? null);
  return {
    kind,
    venue: exchange ?? position?.exchange ?? null,
    symbol: symbol ?? position?.symbol ?? 'unknown',
    at,
    position,
    notional: quantity && price ? quantity.times(price) : null,
  };
}

/** By the position where both name one; else by instrument and time, since several events may tell of one close. */
function isSame(one: ForcedClose, other: ForcedClose, sameCloseS: number): boolean {
  if (one.kind !== other.kind) return false;
  if (one.position !== null && other.position !== null) return one.position.id === other.position.id;
  return (
    one.symbol === other.symbol &&
    (one.venue === null || other.venue === null || one.venue === other.venue) &&
    Math.abs(one.at - other.at) <= sameCloseS * 1000
  );
}
