import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { covers, limitsOf, ownLimits, partName, type Limit } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { GRACE_MS, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { areSpot } from '../shared/facts/spot-positions.ts';
import { unheld } from '../shared/facts/unknown-holdings.ts';
import { concurrencyOf } from './concurrency.ts';
import type { Input } from './input.ts';
import { peaksAt, type Peaks } from './notional-peaks.ts';

/** What is limited at every moment; losses and ages are judged where they are computed. */
type HeldKind = 'max_positions' | 'exposure' | 'leverage';

/** The most of what a limit allows, when, and what was held then. */
export interface LimitUse {
  readonly kind: HeldKind;
  readonly limit: Limit;
  readonly peak: Money;
  readonly at: number;
  readonly held: readonly PositionFact[];
  /** Of a leverage: whose equity carries it, or that the position's row says it. */
  readonly carrier: { readonly venue: string | null } | 'row' | null;
}

export interface LimitUses {
  readonly uses: readonly LimitUse[];
  /** Why a limit of the kind was not compared with what was held; it is not known to have held. */
  readonly unseen: Missing | null;
}

interface Held {
  readonly positions: readonly PositionFact[];
  readonly venues: readonly string[];
  /** Of an exchange, or of the whole bot with null. */
  readonly peaksOf: (venue: string | null) => Peaks;
}

export function isOver({ peak, limit }: LimitUse): boolean {
  return peak.greaterThan(limit.value);
}

/** Every limit of the kind, of the bot and of its parts, with the highest point of the window. */
export function limitUses(kind: HeldKind, held: Held, input: Input): LimitUses {
  const { limits, unread } = limitsOf(kind, input);
  const own =
    kind === 'leverage' ? ownLimits(kind, input).limits.flatMap((limit) => rowUse(limit, held)) : [];
  const uses = limits.map((limit) => useOf(kind, limit, held, input));
  const seen = [...uses.flat(), ...own].filter((use) => 'limit' in use);
  const blind = uses.flat().find((use): use is Missing => !('limit' in use));
  return { uses: seen, unseen: unread ?? blind ?? unheld(input.shared.positions) };
}

function useOf(kind: HeldKind, limit: Limit, held: Held, input: Input): readonly (LimitUse | Missing)[] {
  const positions = held.positions.filter((fact) => covers(limit, fact));
  if (kind === 'max_positions') {
    const { max, maxAt } = concurrencyOf(positions, input.window);
    return [{ kind, limit, peak: money(max), at: maxAt, held: heldAt(positions, maxAt), carrier: null }];
  }
  const unsure = unsureOf(positions);
  if (unsure) return [unsure];
  if (kind === 'exposure') {
    const { gross, grossAt } =
      limit.scope === 'bot' || limit.scope === 'exchange'
        ? held.peaksOf(limit.of)
        : peaksAt(positions, input.shared.market, null, input.window);
    return [{ kind, limit, peak: gross, at: grossAt, held: heldAt(positions, grossAt), carrier: null }];
  }
  return leverageUses(limit, positions, held, input);
}

/** An account is liquidated alone: the equity of another exchange does not carry it. */
function leverageUses(
  limit: Limit,
  positions: readonly PositionFact[],
  { venues, peaksOf }: Held,
  { shared, rows, window }: Input,
): readonly (LimitUse | Missing)[] {
  const accounts =
    limit.scope === 'bot' ? [null, ...venues] : limit.scope === 'exchange' ? [limit.of] : venues;
  return accounts.flatMap((venue): (LimitUse | Missing)[] => {
    const here = positions.filter((fact) => venue === null || fact.venue === venue);
    if (here.length === 0) return [];
    const isWhole = limit.scope === 'bot' || limit.scope === 'exchange';
    const { leverage, leverageAt } = isWhole ? peaksOf(venue) : peaksAt(here, shared.market, venue, window);
    if (leverage === null) return areSpot(here) ? [] : [noEquity(rows.equity)];
    const at = leverageAt;
    return [{ kind: 'leverage', limit, peak: leverage, at, held: heldAt(here, at), carrier: { venue } }];
  });
}

export function noEquity(equity: Input['rows']['equity']): Missing {
  return equity.ok ? missing('no_data', 'no balance in quote currency') : equity;
}

/** The bot's own limit of leverage is also one of each position, where its row says with how much it was opened. */
function rowUse(limit: Limit, { positions }: Held): readonly LimitUse[] {
  const said = positions
    .filter((fact) => covers(limit, fact))
    .flatMap((fact) => {
      const leverage = positiveOrNull(fact.row.leverage);
      return leverage === null ? [] : [{ fact, leverage }];
    });
  const peak = said.reduce((most, { leverage }) => (leverage.greaterThan(most) ? leverage : most), ZERO);
  const held = said.filter(({ leverage }) => leverage.greaterThan(limit.value)).map(({ fact }) => fact);
  const [first] = held;
  return first === undefined
    ? []
    : [{ kind: 'leverage', limit, peak, at: first.openedAt, held, carrier: 'row' }];
}

function heldAt(positions: readonly PositionFact[], at: number): readonly PositionFact[] {
  return positions.filter(({ openedAt, closedAt }) => openedAt <= at && (closedAt === null || closedAt > at));
}

/** Why nobody knows what was held: a size that nobody says, or a row that was rewritten and no fill says of before. */
function unsureOf(positions: readonly PositionFact[]): Missing | null {
  const unsized = positions.find((fact) => fact.unsized !== null)?.unsized;
  if (unsized) return unsized;
  const undecided = positions.filter(({ row }) => row.status === 'unknown');
  if (undecided.length > 0)
    return missing(
      'inadequate_basis',
      `the status of ${String(undecided.length)} rows is a word that nothing reads, so nobody knows whether they were held`,
    );
  const rewritten = positions.filter(isRewritten);
  return rewritten.length === 0
    ? null
    : missing(
        'inadequate_basis',
        `${String(rewritten.length)} open rows were written after their opening, and no fill says what they held before`,
      );
}

/** What an open row says was written last; without fills it says nothing of the quantity of before. */
function isRewritten({ openedBy, openedAt, closedAt, row }: PositionFact): boolean {
  return (
    openedBy === 'row' && closedAt === null && (timeOrNull(row.updated_at) ?? openedAt) > openedAt + GRACE_MS
  );
}

const WORDS: Readonly<Record<HeldKind, string>> = {
  max_positions: 'open positions',
  exposure: 'exposure',
  leverage: 'leverage',
};

/** `exposure of symbol BTCUSDT`, `leverage of bot`. */
export function limitName({ kind, limit, carrier }: LimitUse): string {
  return `${WORDS[kind]} of ${carrier === 'row' ? 'a position' : partName(limit)}`;
}
