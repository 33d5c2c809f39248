import { gate } from '../shared/vocabulary/check.ts';
import { names } from '../shared/vocabulary/words.ts';
import { balancePauses, pricePauses } from './clock-pauses.ts';
import { endWords } from './ended-rows.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { idHoles } from './id-holes.ts';
import { stillExchanges } from './market-contradictions.ts';
import { disagreeing, isMoreRecords } from './own-totals.ts';
import { silentPrices } from './silent-prices.ts';
import { untold } from './told.ts';
import { timesAheadOf } from './times-ahead.ts';
import { unknownPositions } from './unknown-positions.ts';
import { fillsNotRead, unreadFills } from './unread-flows.ts';

/** Gate (f): what is known to be gone, or to lie in another time, cannot be judged: what was computed without it is no pass. */
export const lostRowsGate = gate<Facts, Input>({
  id: 'f',
  source: 'database',
  title: 'Rows of the window were lost or moved in time',
  asks: 'the rows are whole as far as the bot counts them',
  judge(facts, input) {
    const reasons = lostRows(facts, input);
    // Of rows that were not read none is known to be missing.
    if (reasons.length === 0 && !facts.source.ok) return facts.source;
    return reasons.length === 0
      ? { failed: false, text: ['No row is known to be missing, and none lies after the moment of reading.'] }
      : { failed: null, text: [`Nobody knows what this window misses: ${reasons.join('; ')}.`] };
  },
});

function lostRows(
  { ownTotals, identity, accounting, orderFills, positions }: Facts,
  input: Input,
): readonly string[] {
  const more = disagreeing(ownTotals).filter(isMoreRecords);
  const gone = unknownPositions(input);
  const ahead = timesAheadOf(input);
  const pauses = pricePauses(input, positions);
  const holes = idHoles(input);
  const unread = unreadFills(input);
  const traded = (identity?.mismatches ?? []).filter(({ kind }) => kind === 'named-fills');
  const unfilled = (orderFills.ok ? orderFills.found : []).filter(
    ({ what, isLost }) => isLost && what !== 'no-order',
  );
  return [
    ...input.shared.ends.list.map(endWords),
    ...(unfilled.length > 0
      ? [`orders filled more than their fills add up to (${names(unfilled.map(({ orderId }) => orderId))})`]
      : []),
    ...(unread.length > 0 ? [fillsNotRead(unread)] : []),
    ...(more.length > 0
      ? [`the bot counted more than its rows hold (${names(more.map(({ name }) => name))})`]
      : []),
    ...(traded.length > 0
      ? [`fills name positions that no row is (${names(traded.map(({ symbol }) => symbol))})`]
      : []),
    ...(gone.length > 0
      ? [
          `${gone[0]?.by ?? ''} name positions that no row is (${names(gone.map(({ position_id: id }) => id))})`,
        ]
      : []),
    ...(holes === null
      ? []
      : [
          `${String(holes.missing)} ids of positions between those of the window have no row (${holes.first} is one), and none was left out among the ${String(holes.before)} of the three days before`,
        ]),
    ...untold(input),
    ...balancePauses(input),
    ...stillExchanges(input),
    ...(pauses.length > 0 ? pauses : silentPrices(input, positions)),
    ...(ahead.length > 0
      ? [
          `rows lie after the moment of reading (${names(ahead.map(({ entity, column }) => `${entity}.${column}`))})`,
        ]
      : []),
    ...(accounting.realized.isOnlyZero && accounting.realized.closedRows >= input.settings.minTrades
      ? ['every closed row stores a result of 0, so results were never written']
      : []),
  ];
}
