import { ms } from '../../audit/time.ts';
import type { Money } from '../../audit/decimal.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { Span } from '../shared/facts/protection.ts';
import { decimalOrNull, groupBy, moveOf, positiveOrNull } from '../shared/facts/row-values.ts';
import { instrumentKey, venuesOf } from '../shared/facts/symbols.ts';
import type { TrailingUpdateRow } from '../shared/queries/trailing.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import { captured, missedActivations } from './extremes.ts';
import type { Input } from './input.ts';

export type Facts = ReturnType<typeof factsOf>;
/** One position whose stop trails, or may. */
export type Trail = ReturnType<typeof trailOf>;
/** One move of its stop. */
export type Move = ReturnType<typeof movesOf>[number] & { readonly fact: PositionFact };

export function factsOf(input: Input) {
  const { rows, bot, shared } = input;
  const { positions } = shared;
  const unread = reasonOf(rows.updates);
  const window: Span = { from: ms(input.window.from), to: ms(input.window.to) };
  const updates = groupBy(
    rowsOf(rows.updates).toSorted((a, b) => ms(a.at) - ms(b.at)),
    ({ position_id: id }) => id,
  );
  const activated = new Map(rowsOf(rows.activations).map(({ position_id: id, at }) => [id, ms(at)]));
  const ticks = ticksOf(input);
  const trails = (positions.ok ? positions.positions : [])
    .map((fact) => trailOf(fact, updates.get(fact.id) ?? [], activated.get(fact.id) ?? null, ticks, window))
    .filter(({ moves, activatedAt, isFlagged }) => moves.length > 0 || activatedAt !== null || isFlagged);
  const active = trails.filter(({ activeMs }) => activeMs > 0);
  const moves = trails.flatMap((trail) => trail.moves.map((move): Move => ({ ...move, fact: trail.fact })));
  return {
    /** Why no update is known; null where they were read. */
    unseen: unread ?? reasonOf(positions),
    unread,
    venues: venuesOf(
      bot.exchanges,
      trails.map(({ fact }) => fact.venue),
    ),
    window,
    /** Those that became active in the window, with their time. */
    activations: trails.filter(({ activatedAt }) => activatedAt !== null && activatedAt >= window.from),
    /** Active by the flag of the row alone: nobody says since when. */
    flagged: trails.filter(({ activatedAt, isFlagged }) => isFlagged && activatedAt === null),
    /** Active in some part of the window. */
    active,
    moves,
    /** Attempts of the window that were left. */
    skipped: trails.flatMap((trail) => trail.skipped.map(() => trail)),
    symbols: symbolsOf(active, input),
    missed: missedActivations(input, window),
    captures: captured(input, window),
  };
}

function trailOf(
  fact: PositionFact,
  updates: readonly TrailingUpdateRow[],
  eventAt: number | null,
  ticks: ReadonlyMap<string, Money>,
  window: Span,
) {
  const sent = updates.filter(({ skipped, new_stop: stop }) => skipped !== true && stop !== null);
  const moves = movesOf(sent, fact, ticks.get(instrumentKey(fact.venue, fact.symbol)) ?? null);
  const first = moves[0]?.at ?? null;
  const times = [eventAt, first].filter((at) => at !== null);
  const activatedAt = times.length === 0 ? null : Math.min(...times);
  const to = Math.min(fact.closedAt ?? Infinity, window.to);
  const isInside = (at: number): boolean => at >= window.from && at < window.to;
  return {
    fact,
    activatedAt,
    isFlagged: fact.row.trailing_activated === true,
    /** Of the window, while it was active. */
    activeMs: activatedAt === null ? 0 : Math.max(0, to - Math.max(activatedAt, window.from)),
    moves: moves.filter(({ at }) => isInside(at)),
    /** Where its stop stood before its first move. */
    firstStop: moves[0]?.from ?? null,
    skipped: updates.filter(({ skipped, at }) => skipped === true && isInside(Date.parse(at))),
  };
}

/** Each move with where the stop came from: what the row says, else where the move before left it. */
function movesOf(sent: readonly TrailingUpdateRow[], { side }: PositionFact, tick: Money | null) {
  return sent.map((row, index) => {
    const to = positiveOrNull(row.new_stop);
    const from = positiveOrNull(row.old_stop) ?? positiveOrNull(sent[index - 1]?.new_stop ?? null);
    /** In the position's favour; null where it cannot be told. */
    const gain = from === null || to === null || side === 'unknown' ? null : moveOf(side, from, to);
    return {
      at: Date.parse(row.at),
      from,
      to,
      gain,
      /** Moved by a price step of the market, or at all where nobody says how long one is. */
      isUseful: gain === null ? null : tick === null ? !gain.isZero() : gain.abs().greaterThanOrEqualTo(tick),
      durationMs: decimalOrNull(row.duration_ms)?.toNumber() ?? null,
    };
  });
}

function ticksOf({ rows }: Input): ReadonlyMap<string, Money> {
  return new Map(
    rowsOf(rows.instruments).flatMap(({ exchange, symbol, price_tick: step }) => {
      const tick = positiveOrNull(step);
      return tick === null ? [] : [[instrumentKey(exchange, symbol), tick] as const];
    }),
  );
}

/** The moves of one symbol at one exchange; the most a minute first. */
export type SymbolTrails = ReturnType<typeof symbolsOf>[number];

function symbolsOf(active: readonly Trail[], { settings }: Input) {
  return [...groupBy(active, ({ fact }) => JSON.stringify([fact.venue, fact.symbol])).values()]
    .map((trails) => {
      const moves = trails.flatMap((trail) => trail.moves);
      const minutes = trails.reduce((total, { activeMs }) => total + activeMs, 0) / 60_000;
      const judged = moves.filter(({ isUseful }) => isUseful !== null);
      const useful = judged.filter(({ isUseful }) => isUseful).length;
      return {
        venue: trails[0]?.fact.venue ?? 'unknown',
        symbol: trails[0]?.fact.symbol ?? '',
        trails,
        moves,
        minutes,
        /** Updates a minute; null where it trailed for too short a time. */
        rate: minutes < settings.rateFromMin ? null : moves.length / minutes,
        useful,
        judged: judged.length,
        usefulPercent: judged.length === 0 ? null : (100 * useful) / judged.length,
      };
    })
    .sort(
      (a, b) =>
        (b.rate ?? -1) - (a.rate ?? -1) || (`${a.venue}${a.symbol}` < `${b.venue}${b.symbol}` ? -1 : 1),
    );
}

/** Whether the rate is of enough updates to be judged. */
export function isRated({ rate, moves }: SymbolTrails, { settings }: Pick<Input, 'settings'>): boolean {
  return rate !== null && moves.length >= settings.stormUpdates;
}
