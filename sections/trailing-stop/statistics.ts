import { latency } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { ORDER_PATH } from '../shared/queries/api-calls.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { positionsQuery, pricesQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, unshown, type Line } from '../shared/vocabulary/lines.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import { isRated, type Facts, type Move, type SymbolTrails, type Trail } from './facts.ts';
import { asked, type Input } from './input.ts';

const NONE = missing('no_data', 'no trailing stop was active');
const UNMOVED = missing('no_data', 'no trailing stop was moved');

const at = <T extends { readonly fact: Trail['fact'] }>(
  list: readonly T[],
  venue: string | null,
): readonly T[] => list.filter(({ fact }) => venue === null || fact.venue === venue);

function groupOf({ venues }: Facts, { bot }: Input) {
  return { columns: byExchange(venues), currency: bot.quoteCurrency };
}

/** Figure TS1: what events and updates date, and what a flag alone says. */
export function activations(facts: Facts, input: Input) {
  const unseen = reasonOf(input.shared.positions);
  const dated = reasonOf(input.rows.activations);
  return lines<string | null>({
    ...groupOf(facts, input),
    basis: dated === null ? 'events and updates' : 'updates',
    queries: [...asked('activations', 'updates'), positionsQuery.id],
    unseen,
    lines: [
      shown('TS1', 'count', 'trailing_activations', 'Activations', {
        formula: 'positions whose stop began to trail in the window: by the event, else by its first move',
        unseen: unseen ?? (dated === null || facts.unread === null ? null : dated),
        of: (venue) => at(facts.activations, venue).length,
      }),
      shown('TS1', 'count', 'trailing_flagged', 'Active by the flag alone', {
        basis: 'flag trailing_activated',
        queries: [positionsQuery.id],
        formula:
          'positions with the flag trailing_activated of which neither an event nor a move says since when',
        unseen:
          unseen ??
          (input.has('position', 'trailing_activated')
            ? null
            : missing('missing_column', 'position.trailing_activated')),
        of: (venue) => at(facts.flagged, venue).length,
        note: 'nobody says since when',
      }),
    ],
  });
}

/** Figures TS2 to TS9. */
export function updates(facts: Facts, input: Input) {
  const { unseen, active, moves, skipped, captures } = facts;
  const most = (venue: string | null): Trail | undefined =>
    [...at(active, venue)].sort(
      (a, b) => b.moves.length - a.moves.length || (a.fact.id < b.fact.id ? -1 : 1),
    )[0];
  const useful = (venue: string | null): readonly Move[] =>
    at(moves, venue).filter(({ isUseful }) => isUseful !== null);
  const lineOf = (
    id: string,
    unit: Line['unit'],
    name: string,
    title: string,
    formula: string,
    of: Line['of'],
    more: Partial<Line> = {},
  ): Line => shown(id, unit, name, title, { formula, of, ...more });
  return lines<string | null>({
    ...groupOf(facts, input),
    basis: 'updates of trailing stops',
    queries: [...asked('updates', 'activations'), positionsQuery.id],
    unseen,
    lines: [
      lineOf(
        'TS2',
        'count',
        'trailing_updates',
        'Updates',
        'moves of a trailing stop that were not left',
        (venue) => at(moves, venue).length,
        {
          note: text`and ${fig('trailing_skipped')} attempts were left`,
        },
      ),
      unshown('TS2', 'count', 'trailing_skipped', 'Attempts that were left', {
        formula: 'updates that say they were skipped',
        of: (venue) => at(skipped, venue).length,
      }),
      lineOf(
        'TS3',
        'ratio',
        'trailing_updates_average',
        'Average updates per position',
        'updates / positions with an active trailing stop',
        (venue) =>
          at(active, venue).length === 0 ? NONE : at(moves, venue).length / at(active, venue).length,
      ),
      lineOf(
        'TS4',
        'count',
        'trailing_updates_most',
        'Most updates of one position',
        'max of the updates of a position',
        (venue) => most(venue)?.moves.length ?? NONE,
        {
          note: most(null)?.fact.id ?? 'one position',
        },
      ),
      lineOf(
        'TS6',
        'percent',
        'trailing_useful',
        'Updates that moved the stop',
        'updates that moved the stop by at least a price step of the market, or at all where that is not known / updates',
        (venue) => {
          const judged = useful(venue);
          const moved = judged.filter(({ isUseful }) => isUseful).length;
          return judged.length === 0
            ? UNMOVED
            : { value: { value: (100 * moved) / judged.length }, n: judged.length };
        },
        { queries: asked('updates', 'instruments'), note: 'by a price step or more' },
      ),
      lineOf(
        'TS7',
        'percent',
        'trailing_call_share',
        'Share of the order requests',
        '100 x moves of trailing stops that were not left / calls that open, close, protect, submit or cancel',
        (venue) => callShare(at(moves, venue).length, venue, input),
        {
          queries: [...asked('updates', 'calls'), positionsQuery.id],
          unseen: unseen ?? reasonOf(input.rows.calls),
          note: 'a move is one request or more',
        },
      ),
      lineOf(
        'TS8',
        'percent',
        'trailing_captured',
        'Profit captured',
        'mean of (exit - entry) / (best price - entry), over positions that lived in the window and were closed by a trailing stop',
        (venue) => {
          const own = at(captures, venue);
          return own.length === 0
            ? missing('no_data', 'no exit by a trailing stop whose prices are known')
            : {
                value: { value: own.reduce((total, { percent }) => total + percent, 0) / own.length },
                n: own.length,
              };
        },
        {
          queries: [positionsQuery.id, pricesQuery.id],
          unseen: reasonOf(input.shared.positions),
          note: 'of the best price by the minute',
        },
      ),
      lineOf(
        'TS9',
        'ms',
        'trailing_ack_p95',
        'Time of an update, P95',
        'P95 of request to acknowledgement',
        (venue) => {
          const times = at(moves, venue).flatMap(({ durationMs }) => durationMs ?? []);
          const { p95, n } = latency(times);
          return { value: p95, n };
        },
        {
          note: 'as the bot timed it (section 2: by its orders); prices by the minute do not show the lag behind the market',
        },
      ),
    ],
  });
}

/** TS7: calls do not name the stop that they move, so what is counted is the moves that the bot recorded. */
export function callShare(moves: number, venue: string | null, { rows }: Input) {
  const own = rowsOf(rows.calls).filter((row) => venue === null || venueOf(row.exchange) === venue);
  const kindOf = (row: (typeof own)[number]) => row.operation_kind ?? 'unknown';
  const sent = own.reduce((all, row) => all + (ORDER_PATH.has(kindOf(row)) ? row.calls : 0), 0);
  if (own.some((row) => kindOf(row) === 'unknown'))
    return missing('inadequate_basis', 'what some calls are for is not told');
  if (sent === 0) return missing('no_data', 'no call on the path of orders was logged');
  return moves > sent
    ? missing('inadequate_basis', 'more moves were recorded than calls on the path of orders')
    : { value: { value: (100 * moves) / sent }, n: sent };
}

/** Table 3.2: the most updates a minute first. */
export const symbolTable = (input: Input) =>
  table<SymbolTrails>({
    symbol: col.text('Symbol', ({ symbol }) => symbol),
    exchange: col.text('Exchange', ({ venue }) => venue),
    updates: col.count('Updates', ({ moves }) => moves.length),
    duration: col.min('Duration (min)', ({ minutes }) => minutes),
    rate: col.ratio('Updates/min', ({ rate }) => rate),
    status: col.text('Status', (one) => statusOf(one, input)),
    positions: col.count('Positions', ({ trails }) => trails.length),
    useful: col.percent('Useful', ({ usefulPercent }) => usefulPercent),
  });

function statusOf(one: SymbolTrails, input: Input): string {
  const { rate } = one;
  const { stormPerMin, stormHighPerMin } = input.settings;
  if (rate === null) return 'too short for a rate';
  if (rate < stormPerMin) return 'Normal';
  if (!isRated(one, input)) return 'too few to judge';
  return rate >= stormHighPerMin ? 'Critical' : 'High';
}
