import { amount } from '../../audit/decimal.ts';
import type { FindingDraft, Occurrence } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { known, missing } from '../../audit/value.ts';
import { figureGroup } from '../common/rows.ts';
import { groupBy, positiveOrNull } from '../facts/row-values.ts';
import { alertsQuery, criticalEventsQuery } from '../queries-monitoring.ts';
import { positionsQuery } from '../queries.ts';
import { noun } from '../rule-figures.ts';
import { capitalised } from '../venue-figures.ts';
import type { AnsweredEvent } from './alerts.ts';
import { totalNotional, type Facts, type ForcedClose, type Input } from './facts.ts';

function on(venue: string | null): string {
  return venue === null ? '' : ` on ${capitalised(venue)}`;
}

/** Window and venue as a WHERE clause; the venue is a constant of the configuration or of the data, quoted. */
function where(input: Input, time: string, venue: string | null): string {
  const exchange = venue === null ? '' : ` and exchange = '${venue.replaceAll("'", "''")}'`;
  return `${time} >= '${input.window.from}' and ${time} < '${input.window.to}'${exchange}`;
}

/** CE-01: a critical event without an alert in its time; one finding an exchange. */
export function eventsWithoutAlert(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const silent = (facts.events ?? []).filter(({ due, alert }) => due && alert === null);
  const groups = groupBy(silent, ({ event }) => event.exchange ?? '');
  return [...groups].map(([name, list]) =>
    oneVenueWithoutAlert(facts, input, out, name === '' ? null : name, list),
  );
}

function oneVenueWithoutAlert(
  facts: Facts,
  input: Input,
  out: Output,
  venue: string | null,
  list: readonly AnsweredEvent[],
): FindingDraft {
  const types = new Set(list.map(({ event }) => event.type));
  const figure = figureGroup(out, {
    basis: 'events and alerts',
    queries: [criticalEventsQuery.id, alertsQuery.id],
    labels: { rule: 'CE-01', exchange: venue ?? 'none' },
  });
  const count = figure({
    name: 'events_without_alert',
    value: known(list.length),
    unit: 'count',
    title: 'Critical incidents without an alert',
    formula: 'critical incidents with no alert of their symbol in time',
  });
  const limit = figure({
    name: 'alert_time',
    value: known(input.settings.alertAfterS),
    unit: 's',
    title: 'Time for an alert',
    formula: 'policy critical-events.alertAfterS',
  });
  const blocked = facts.alertRows.some(
    ({ blocked_reason: reason, delivered }) => reason !== null || delivered === false,
  );
  const sameTypeAnswered = (facts.events ?? []).some(
    ({ event, alert }) => types.has(event.type) && alert !== null,
  );
  const names = [...types].sort().slice(0, 4).join(', ');
  return {
    venue,
    cause: rootCause(
      [
        {
          id: 'alerts-blocked',
          text: ['The alert path was blocked.'],
          predicates: [
            { text: 'an alert of the window is recorded as blocked or not delivered', held: blocked },
          ],
        },
        {
          id: 'alert-path-silent',
          text: ['No alert at all was written in the window: the alert path is down.'],
          predicates: [
            { text: 'the alert log has no row above INFO in the window', held: facts.alertRows.length === 0 },
          ],
        },
        {
          id: 'no-alert-for-type',
          text: [`No alert belongs to this type of event: ${names}.`],
          predicates: [
            { text: 'other alerts were written in the window', held: facts.alertRows.length > 0 },
            { text: 'no event of these types had an alert', held: !sameTypeAnswered },
          ],
        },
      ],
      ['Other events of the same type had alerts, so why these had none is not known.'],
    ),
    severity: 'HIGH',
    title: text`${fig(count)} critical ${noun(list.length, 'incident')}${on(venue)} without an alert`,
    description: text`${names}: no alert within ${fig(limit)}.`,
    occurrences: list.map(({ event }): Occurrence => ({
      subject: `${event.type} ${event.symbol ?? ''}`.trim(),
      at: event.first_at,
      until: event.last_at,
    })),
    frequency: list.reduce((total, { event }) => total + event.events, 0),
    evidence: 'critical-events.events',
    impact: {
      financial: ['Not known; the loss of an emergency grows while nobody is told.'],
      operational: ['Nobody was called for these events.'],
      risk: ['The next emergency may also stay unread.'],
    },
    detection: ['No alert fired, which is the finding.'],
    recommendation: text`Raise an alert for ${names} where the event is written, and send a test alert each night.`,
    verification: text`Every critical event of the next window has an alert within ${fig(limit)}.`,
    see: {
      language: 'sql',
      text: `select e.at, e.type, e.symbol, min(a.at) as alert_at from event e left join alert a on a.at between e.at - interval '${String(input.settings.alertBeforeS)} s' and e.at + interval '${String(input.settings.alertAfterS)} s' where ${where(input, 'e.at', venue)} and e.severity = 'CRITICAL' group by 1, 2, 3 order by 1`,
    },
    effort: 'low',
  };
}

/** CE-02: a liquidation (CRITICAL) or automatic deleveraging (HIGH); one finding an exchange and kind. */
export function forcedCloses(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  return [...groupBy(facts.forced, ({ kind, venue }) => `${kind} ${venue ?? ''}`).values()].map((list) =>
    oneForced(list, input, out),
  );
}

function oneForced(list: readonly ForcedClose[], input: Input, out: Output): FindingDraft {
  const [first] = list;
  const kind = first?.kind ?? 'liquidation';
  const venue = first?.venue ?? null;
  const labels = { rule: 'CE-02', exchange: venue ?? 'none', kind };
  const shared = {
    basis: 'events and positions',
    queries: [criticalEventsQuery.id, positionsQuery.id],
    labels,
  };
  const figure = figureGroup(out, shared);
  const notional = totalNotional(list);
  const count = figure({
    name: 'forced_closes',
    value: known(list.length),
    unit: 'count',
    title: kind === 'adl' ? 'Positions deleveraged' : 'Positions liquidated',
    formula: 'events and exit reasons of this kind, each position once',
  });
  const atStake = figure({
    name: 'forced_close_notional',
    value: notional
      ? known(amount(notional))
      : missing('inadequate_basis', 'the position of an event is not known'),
    unit: 'money',
    currency: input.bot.quoteCurrency,
    title: 'Notional closed by force',
    formula: 'sum of entry price x quantity',
  });
  const cause = rootCause(
    [
      {
        id: 'stop-beyond-liquidation',
        text: ['The stop lay beyond the liquidation price, so it could not act.'],
        predicates: [
          {
            text: 'stop and liquidation price are recorded, and the stop is the worse one',
            held: stopBeyondLiquidation(list),
          },
        ],
      },
      {
        id: 'no-stop',
        text: ['The position had no stop.'],
        predicates: [
          {
            text: 'the row of the position names no stop',
            held: list.every(({ position }) => position !== null)
              ? list.every(({ position }) => positiveOrNull(position?.stop_loss_price ?? null) === null)
              : null,
          },
        ],
      },
    ],
    [
      kind === 'adl'
        ? 'The exchange reduced the position against its own ranking; why it was chosen is not recorded.'
        : 'Why the margin ran out is not recorded.',
    ],
  );
  const symbols = [...new Set(list.map(({ symbol }) => symbol))].sort();
  return {
    venue,
    cause: { ...cause, id: `${kind}-${cause.id}` },
    severity: kind === 'liquidation' ? 'CRITICAL' : 'HIGH',
    title:
      kind === 'liquidation'
        ? text`${fig(count)} ${noun(list.length, 'position')} liquidated${on(venue)}`
        : text`${fig(count)} ${noun(list.length, 'position')} deleveraged by the exchange${on(venue)}`,
    description: text`${symbols.slice(0, 5).join(', ')}: ${fig(atStake)} were closed by the exchange, not by the bot.`,
    occurrences: list.map(({ symbol, at }) => ({ subject: symbol, at: iso(at) })),
    evidence: 'critical-events.forced-closes',
    atStake,
    impact: {
      financial: text`Positions of ${fig(atStake)} ended at the exchange’s price, with its liquidation fee.`,
      operational: ['The bot did not close these positions, and its state has to follow the exchange.'],
      risk: ['Other positions with the same leverage and stops can end in the same way.'],
    },
    detection: ['Whether an alert fired stands beside each event in the evidence.'],
    recommendation: [
      'Lower the leverage, and refuse an entry whose stop would lie beyond its liquidation price.',
    ],
    verification: ['No liquidation and no automatic deleveraging in the next window.'],
    see: {
      language: 'sql',
      text: `select at, type, symbol, position_id, error_message from event where ${where(input, 'at', venue)} and lower(type) like '%${kind === 'adl' ? 'adl' : 'liquidat'}%' order by at`,
    },
    effort: 'medium',
  };
}

/** Null when no position names both prices. */
function stopBeyondLiquidation(list: readonly ForcedClose[]): boolean | null {
  const judged = list.flatMap(({ position }) => {
    const stop = positiveOrNull(position?.stop_loss_price ?? null);
    const liquidation = positiveOrNull(position?.liquidation_price ?? null);
    if (!stop || !liquidation) return [];
    return [position?.side === 'short' ? stop.greaterThan(liquidation) : stop.lessThan(liquidation)];
  });
  return judged.length === 0 ? null : judged.every(Boolean);
}
