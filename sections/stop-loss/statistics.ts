import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { byExchange, lines, shown, unshown, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { at } from './cases.ts';
import { FLAG_ALONE, NO_ORDERS, unlessSeen, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { sampleLines } from './response-times.ts';
import { qualityLines } from './statistics-quality.ts';
import { unprotectedLines } from './statistics-unprotected.ts';

const NO_CHANGES = missing('inadequate_basis', 'no record of single stop changes');

/** Figures SL1 to SL11 by exchange and in total, in the order of the table. */
export function statistics(facts: Facts, input: Input): Lines {
  return lines({
    columns: byExchange(facts.venues),
    ...facts.from,
    currency: input.bot.quoteCurrency,
    unseen: facts.protection.ok ? null : facts.protection,
    lines: [
      ...countLines(facts, input),
      ...unprotectedLines(facts, input),
      ...qualityLines(facts, input),
      ...nakedLines(facts),
      ...sampleLines(facts),
    ],
  });
}

function countLines(facts: Facts, { settings }: Input): readonly Line[] {
  const { required, initial, window, updates, hasTimes, byOrders } = facts;
  const opened = required
    .filter(({ fact }) => fact.openedAt >= window.from)
    .map((position) => ({ position }));
  const set = hasTimes
    ? initial.filter(({ setAt }) => setAt !== null)
    : opened.filter(
        ({ position: { gaps, fact } }) => gaps?.length === 0 && timeOrNull(fact.row.opened_at) !== null,
      );
  const updated = (change: 'trigger' | 'quantity', title: string): Line => ({
    ...unshown('SL2', 'count', `stops_updated_${change}`, `Stops updated: ${title}`),
    formula: `updates in which the ${change} differs`,
    unseen: unlessSeen(facts, hasTimes, NO_CHANGES),
    of: (venue) => at(updates, venue).filter((update) => [change, 'both'].includes(update.change)).length,
  });
  return [
    {
      ...unshown('SL1', 'count', 'stops_required', 'Positions opened that need a stop'),
      formula: 'positions opened in the window, without strategies that trade without stops by design',
      of: (venue) => at(opened, venue).length,
    },
    {
      ...shown('SL1', 'count', 'stops_set', 'Stops set'),
      formula: byOrders
        ? 'positions opened in the window whose first stop the exchange acknowledged'
        : 'positions opened in the window with a stop as the bot reports it; not acknowledged by the exchange',
      unseen: unlessSeen(facts, !facts.isFlagAlone, FLAG_ALONE),
      of: (venue) => at(set, venue).length,
      note: text`of ${fig('stops_required')} positions opened that need one`,
    },
    {
      ...shown('SL2', 'count', 'stops_updated', 'Stops updated'),
      formula: `stops replaced (cancel and new stop within ${String(settings.pairS)} s count once) or amended, by time of acknowledgement`,
      unseen: unlessSeen(facts, hasTimes, NO_CHANGES),
      of: (venue) => at(updates, venue).length,
    },
    updated('trigger', 'trigger moved'),
    updated('quantity', 'quantity changed'),
    ...triggeredLines(facts),
  ];
}

function triggeredLines(facts: Facts): readonly Line[] {
  const { required, window, triggered, hasTimes, byOrders } = facts;
  const recorded = required.flatMap((position) =>
    position.changes
      .filter(({ kind }) => kind === 'triggered')
      .filter(({ at: time }) => Date.parse(time) >= window.from && Date.parse(time) < window.to)
      .map(() => ({ position })),
  );
  const ended = (outcome: 'partial' | 'failed', title: string, formula: string): Line => ({
    ...unshown('SL3', 'count', `stops_triggered_${outcome}`, `Triggered, ${title}`),
    formula: `triggered stops ${formula}`,
    unseen: unlessSeen(facts, byOrders, NO_ORDERS),
    of: (venue) => at(triggered, venue).filter((stop) => stop.outcome === outcome).length,
  });
  return [
    {
      ...shown('SL3', 'count', 'stops_triggered', 'Stops triggered'),
      formula: 'stops whose trigger fired in the window',
      unseen: unlessSeen(facts, hasTimes, NO_ORDERS),
      of: (venue) => at(byOrders ? triggered : recorded, venue).length,
      note: text`${fig('stops_triggered_failed')} not filled, ${fig('stops_triggered_partial')} in part`,
    },
    ended(
      'partial',
      'filled in part',
      'filled in part whose rest was closed within the limit another way, or may still be filled',
    ),
    ended(
      'failed',
      'not filled',
      'without a complete fill within the limit, those whose position stayed open included',
    ),
  ];
}

function nakedLines(facts: Facts): readonly Line[] {
  const naked = facts.updates.filter(({ nakedMs }) => nakedMs > 0);
  const unseen = unlessSeen(facts, facts.hasTimes, NO_CHANGES);
  return [
    {
      ...shown('SL7', 'count', 'naked_updates', 'Updates with a naked gap'),
      formula: 'updates in which the old stop ended before the new one was acknowledged',
      unseen,
      of: (venue) => at(naked, venue).length,
      note: text`longest ${fig('naked_gap_max')}`,
    },
    {
      ...unshown('SL7', 'ms', 'naked_gap_max', 'Longest naked gap'),
      formula: 'max of acknowledgement of the new stop - end of the old one',
      unseen,
      of: (venue) => Math.max(0, ...at(naked, venue).map(({ nakedMs }) => nakedMs)),
    },
  ];
}
