import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import { reasonOfOrder } from './exits.ts';
import type { Facts, Input } from './facts.ts';

/** PM-05: too many closes whose reason nobody knows, per exchange. */
export function exitReasonUnknown(
  { source, closed, venues, reasonOf }: Facts,
  input: Input,
  out: Output,
): readonly FindingDraft[] {
  if (!source.ok) return [];
  const { unknownExitMinN, unknownExitPct } = input.settings;
  return venues.flatMap((venue): FindingDraft[] => {
    const own = closed.filter((fact) => fact.venue === venue);
    const unknown = own.filter((fact) => reasonOf(fact) === 'unknown');
    if (own.length < unknownExitMinN || (100 * unknown.length) / own.length <= unknownExitPct) return [];
    return [draftOf(venue, own, unknown, source, input, out)];
  });
}

function draftOf(
  venue: string,
  own: readonly PositionFact[],
  unknown: readonly PositionFact[],
  source: { readonly basis: string; readonly queries: readonly string[] },
  input: Input,
  out: Output,
): FindingDraft {
  const { bot, rows, settings } = input;
  const figure = ruleFigures(out, {
    rule: 'PM-05',
    exchange: venue,
    basis: source.basis,
    queries: source.queries,
    currency: bot.quoteCurrency,
  });
  const share = figure(
    'unknown_share',
    (100 * unknown.length) / own.length,
    'percent',
    'Share of closes without a known reason',
    '100 x unknown / closed',
  );
  const k = figure(
    'unknown',
    unknown.length,
    'count',
    'Closes without a known reason',
    'reason empty, or only that the position was found gone',
  );
  const n = figure('closed', own.length, 'count', 'Positions closed', 'positions closed in the window');
  const limit = figure(
    'limit',
    settings.unknownExitPct,
    'percent',
    'Limit of unknown reasons',
    'policy position-management.unknownExitPct',
  );
  const orders = new Map(rows.orders.ok ? rows.orders.rows.map((order) => [order.id, order]) : []);
  const orderSays = (fact: PositionFact): string => reasonOfOrder(orders.get(fact.row.exit_order_id ?? ''));
  const evidence = out.dataset({
    id: `position-management.unknown-exits.${venueSlug(venue)}`,
    title: `Closes without a known reason, ${capitalised(venue)}`,
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'closed', title: 'Closed', unit: 'time' },
      { key: 'reason', title: 'Reason in the row', unit: 'text' },
      { key: 'order', title: 'The exit order says', unit: 'text' },
    ],
    rows: unknown.map((fact) => [
      fact.id,
      fact.symbol,
      iso(fact.closedAt ?? fact.openedAt),
      fact.exitReason,
      orderSays(fact),
    ]),
    queries: source.queries,
  });
  const gone = unknown.filter(({ exitReason }) => exitReason !== null && exitReason.trim() !== '');
  return {
    venue: venue === 'unknown' ? null : venue,
    severity: 'MEDIUM',
    cause: rootCause(
      [
        {
          id: 'found-gone',
          text: text`The bot only noticed that these positions were gone; it did not see how they were closed.`,
          predicates: [
            {
              text: 'most of these rows say that the position was cleaned up or found gone',
              held: gone.length * 2 > unknown.length,
            },
          ],
        },
        {
          id: 'venue-exit-not-linked',
          text: text`Stops and targets that the exchange executed are not linked to their positions.`,
          predicates: [
            {
              text: 'most of these positions were closed by a stop or target order',
              held: rows.orders.ok
                ? unknown.filter((fact) => orderSays(fact) !== 'unknown').length * 2 > unknown.length
                : null,
            },
          ],
        },
        {
          id: 'reason-not-written',
          text: text`The code that closes positions does not write the reason.`,
          predicates: [
            {
              text: 'the reason is empty in every closed row',
              held: own.every(({ exitReason }) => exitReason === null),
            },
          ],
        },
      ],
      text`The rows do not say which kind of exit is missing.`,
    ),
    title: text`${share} of closes at ${capitalised(venue)} have no known reason`,
    description: text`${k} of ${n} closes, which is ${share}, carry no reason or only that the position was found gone. The limit is ${limit}.`,
    occurrences: unknown.map(({ symbol, closedAt, openedAt }) => ({
      subject: symbol,
      at: iso(closedAt ?? openedAt),
    })),
    evidence,
    impact: {
      financial: text`The result of these closes cannot be set against what the strategy intended.`,
      operational: text`Statistics by exit reason leave these closes out.`,
      risk: text`A liquidation or a manual close among them would not be noticed.`,
    },
    detection: text`No alert is expected for this; the report is where it is seen.`,
    recommendation: text`Write the reason with every close: map the exchange's execution types (stop, target, liquidation, ADL), and look up the closing order when a position is found gone.`,
    verification: text`At most ${limit} of the closes have no known reason in the next windows.`,
    see: seeRows(
      'position',
      'id, exchange, symbol, closed_at, exit_reason, exit_order_id',
      'id',
      unknown.map(({ id }) => id),
      'closed_at',
    ),
    effort: 'low',
  };
}
