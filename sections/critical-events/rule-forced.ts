import { sum, type Money } from '../../audit/decimal.ts';
import { missing } from '../../audit/value.ts';
import { text } from '../../audit/text.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { groupBy, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { noun, on } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

export const forcedClose = rule<Facts, Input>()({
  id: 'CE-02',
  dimension: 'risk',
  title: 'Liquidation or ADL',
  condition: 'any liquidation or automatic deleveraging',
  effort: 'medium',
  find: ({ forced }) =>
    [...groupBy(forced, ({ kind, venue }) => `${kind} ${venue ?? ''}`).values()].map((found) => {
      const { kind = 'liquidation', venue = null } = found[0] ?? {};
      return { venue, found, kind, labels: { kind, ...(venue === null && { exchange: 'none' }) } };
    }),
  from: { basis: 'events and positions', queries: asked('critical', 'positions') },
  numbers: ({ found, kind }) => ({
    forced_closes: num.count(
      kind === 'adl' ? 'Positions deleveraged' : 'Positions liquidated',
      found.length,
      'events and exits of this kind, each position once',
    ),
    forced_close_notional: num.money(
      'Notional closed by force',
      totalNotional(found) ?? missing('inadequate_basis', 'the position of an event is not known'),
      'sum of entry price x quantity',
    ),
  }),
  severity: ({ kind }) => (kind === 'adl' ? 'HIGH' : 'CRITICAL'),
  causes: ({ found, input }) => [
    hypothesis('stop-beyond-liquidation', 'The stop lay beyond the liquidation price, so it could not act.', [
      'stop and liquidation price are recorded, and the stop is the worse one',
      stopBeyondLiquidation(found),
    ]),
    hypothesis('no-stop', 'The position had no stop.', [
      'the row of the position names no stop',
      hadNoStop(found),
    ]),
    hypothesis(
      'cross-margin',
      'The position shared its margin with others (cross margin), and they had used it up.',
      ['the position was in cross margin mode', isCross(found)],
      ['another position was open at the same exchange at that time', hadCompany(found, input)],
    ),
  ],
  otherwise: ({ kind }) =>
    kind === 'adl'
      ? 'The exchange reduced the position against its own ranking; why it was chosen is not recorded.'
      : 'Why the margin ran out is not recorded.',
  occurrence: ({ symbol, at }) => ({ subject: symbol, at }),
  evidence: {
    of: 'critical-events.forced-closes',
    accused: (cell, { kind, venue }) => cell('kind') === kind && cell('exchange') === (venue ?? ''),
  },
  stake: 'forced_close_notional',
  see: ({ kind, venue, input }) =>
    `select at, type, symbol, position_id, error_message from event where ${during(input, 'at', venue)} and kind = '${kind}' order by at`,
  words: (n, { found, kind, venue, input }) => ({
    title: text`${n.forced_closes} ${noun(found.length, 'position')} ${kind === 'adl' ? 'deleveraged by the exchange' : 'liquidated'}${on(venue)}`,
    description: text`${symbolsOf(found)}: ${n.forced_close_notional} were closed by the exchange, not by the bot.`,
    financial: text`Positions of ${n.forced_close_notional} ended at the exchange’s price, with its liquidation fee.`,
    operational: 'The bot did not close these positions, and its state has to follow the exchange.',
    risk: 'Other positions with the same leverage and stops can end in the same way.',
    detection: alertsStandIn(input, 'the critical events of the window'),
    recommendation:
      'Lower the leverage, and refuse an entry whose stop would lie beyond its liquidation price.',
    verification: 'No liquidation and no automatic deleveraging in the next window.',
  }),
});

const symbolsOf = (found: Facts['forced']): string =>
  [...new Set(found.map(({ symbol }) => symbol))].sort().slice(0, 5).join(', ');

/** Null when the notional of any of them is unknown. */
function totalNotional(closes: Facts['forced']): Money | null {
  const values = closes.flatMap(({ notional }) => notional ?? []);
  return values.length === closes.length ? sum(values) : null;
}

/** False when a row still names its stop; else null, because many bots clear it when they close. */
function hadNoStop(closes: Facts['forced']): false | null {
  const isNamed = closes.some(({ position }) => positiveOrNull(position?.stop_loss_price ?? null) !== null);
  return isNamed ? false : null;
}

/** Null when no position names both prices. */
function stopBeyondLiquidation(closes: Facts['forced']): boolean | null {
  const judged = closes.flatMap(({ position }) => {
    const stop = positiveOrNull(position?.stop_loss_price ?? null);
    const liquidation = positiveOrNull(position?.liquidation_price ?? null);
    if (!stop || !liquidation) return [];
    return [position?.side === 'short' ? stop.greaterThan(liquidation) : stop.lessThan(liquidation)];
  });
  return judged.length === 0 ? null : judged.every(Boolean);
}

/** Null when the mapping or a row does not say the margin mode. */
function isCross(closes: Facts['forced']): boolean | null {
  const modes = closes.map(({ position }) => position?.margin_mode ?? null);
  if (modes.includes(null)) return null;
  return modes.every((mode) => /^cross/i.test((mode ?? '').trim()));
}

/** Whether each of them had company that could take its margin; null when positions cannot be read. */
function hadCompany(closes: Facts['forced'], { rows: { positions } }: Input): boolean | null {
  if (!positions.ok) return null;
  return closes.every(({ at, position, venue }) =>
    positions.rows.some((row) => {
      const [opened, closed] = [timeOrNull(row.opened_at), timeOrNull(row.closed_at)];
      const isOpen =
        opened !== null && opened < at && (closed === null ? row.status === 'open' : closed > at);
      return isOpen && row.id !== position?.id && row.exchange === venue;
    }),
  );
}
