import { amount } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { known, missing } from '../../audit/value.ts';
import { figureGroup } from '../shared/vocabulary/rows.ts';
import { groupBy, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { criticalEventsQuery } from '../shared/queries/monitoring.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import type { Facts, Input } from './facts.ts';
import { totalNotional, type ForcedClose } from './forced.ts';
import { on, where } from '../shared/vocabulary/window-condition.ts';

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
      {
        id: 'cross-margin',
        text: ['The position shared its margin with others (cross margin), and they had used it up.'],
        predicates: [
          { text: 'the position was in cross margin mode', held: isCross(list) },
          {
            text: 'another position was open at the same exchange at that time',
            held: othersOpen(list, input),
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
      text: `select at, type, symbol, position_id, error_message from event where ${where(input, 'at', venue)} and lower(type) ~ '${kind === 'adl' ? 'adl|delever' : 'liq|bankrupt|bust'}' order by at`,
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

/** Null when the mapping or a row does not say the margin mode. */
function isCross(list: readonly ForcedClose[]): boolean | null {
  const modes = list.map(({ position }) => position?.margin_mode ?? null);
  if (modes.includes(null)) return null;
  return modes.every((mode) => /^cross/i.test((mode ?? '').trim()));
}

/** Whether each of them had company that could take its margin; null when positions cannot be read. */
function othersOpen(list: readonly ForcedClose[], { rows }: Input): boolean | null {
  const { positions } = rows;
  if (!positions.ok) return null;
  return list.every(({ at, position, venue }) =>
    positions.rows.some((row) => {
      const [opened, closed] = [timeOrNull(row.opened_at), timeOrNull(row.closed_at)];
      const isOpen =
        opened !== null && opened < at && (closed === null ? row.status === 'open' : closed > at);
      return isOpen && row.id !== position?.id && row.exchange === venue;
    }),
  );
}
