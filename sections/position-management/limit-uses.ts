import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { covers, limitsOf, ownLimits, partName, type Limit } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { GRACE_MS, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { areSpot } from '../shared/facts/spot-positions.ts';
import { unheld } from '../shared/facts/unknown-holdings.ts';
import { concurrencyOf } from './concurrency.ts';
import type { Input } from './input.ts';
import { peaksAt, type Peaks } from './notional-peaks.ts';

/** What is limited at every moment, and the age at which a position closed; losses and open ages are judged elsewhere. */
type HeldKind = 'max_positions' | 'max_position_size' | 'exposure' | 'leverage' | 'max_age';

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
  const all = [...uses.flat(), ...own];
  const seen = all.filter((use) => 'limit' in use);
  const blind = all.find((use): use is Missing => !('limit' in use));
  return { uses: seen, unseen: unread ?? blind ?? unheld(input.shared.positions) };
}

function useOf(kind: HeldKind, limit: Limit, held: Held, input: Input): readonly (LimitUse | Missing)[] {
  const positions = held.positions.filter((fact) => covers(limit, fact));
  if (kind === 'max_positions') {
    const { max, maxAt } = concurrencyOf(positions, input.window);
    return [{ kind, limit, peak: money(max), at: maxAt, held: heldAt(positions, maxAt), carrier: null }];
  }
  if (kind === 'max_age') return closedUse(limit, positions);
  const unsure = unsureOf(positions);
  if (unsure) return [unsure];
  if (kind === 'max_position_size') return sizeUse(limit, positions, input);
  if (kind === 'exposure') {
    const { gross, grossAt } =
      limit.scope === 'bot' || limit.scope === 'exchange'
        ? held.peaksOf(limit.of)
        : peaksAt(positions, input.shared.market, null, input.window);
    return [{ kind, limit, peak: gross, at: grossAt, held: heldAt(positions, grossAt), carrier: null }];
  }
  return leverageUses(limit, positions, held, input);
}

/** Of the largest position at its entry; held are those that are over the limit. */
function sizeUse(limit: Limit, positions: readonly PositionFact[], { window }: Input): readonly LimitUse[] {
  const [largest] = positions.toSorted((a, b) => b.notional.comparedTo(a.notional));
  if (largest === undefined) return [];
  const held = positions.filter(({ notional }) => notional.greaterThan(limit.value));
  const at = Math.max(largest.openedAt, ms(window.from));
  return [{ kind: 'max_position_size', limit, peak: largest.notional, at, held, carrier: null }];
}

/** How old positions were when they closed, in hours; those that are open are judged by their age at the end. */
function closedUse(limit: Limit, positions: readonly PositionFact[]): readonly LimitUse[] {
  const limitMs = limit.value.toNumber() * HOUR_MS;
  const ageOf = ({ openedAt, closedAt }: PositionFact): number => (closedAt ?? openedAt) - openedAt;
  const [oldest] = positions.toSorted((a, b) => ageOf(b) - ageOf(a));
  if (oldest === undefined) return [];
  const held = positions.filter((fact) => ageOf(fact) > limitMs);
  const peak = money(ageOf(oldest)).div(HOUR_MS);
  return [{ kind: 'max_age', limit, peak, at: oldest.openedAt + limitMs, held, carrier: null }];
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
function rowUse(limit: Limit, { positions }: Held): readonly (LimitUse | Missing)[] {
  const said = positions
    .filter((fact) => covers(limit, fact))
    .flatMap((fact) => {
      const leverage = positiveOrNull(fact.row.leverage);
      return leverage === null ? [] : [{ fact, leverage }];
    });
  const over = said.filter(({ leverage }) => leverage.greaterThan(limit.value));
  const known = over.filter(({ fact }) => !isWrittenSince(fact));
  const peak = known.reduce((most, { leverage }) => (leverage.greaterThan(most) ? leverage : most), ZERO);
  const held = known.map(({ fact }) => fact);
  const [first] = held;
  const later = over.length - known.length;
  const unknown = `${String(later)} rows with a leverage over the limit were written after they closed, or after the window`;
  return [
    ...(first === undefined
      ? []
      : [{ kind: 'leverage', limit, peak, at: saidAt(first), held, carrier: 'row' } as const]),
    ...(later === 0 ? [] : [missing('inadequate_basis', unknown)]),
  ];
}

/** What its row says of its leverage it may only say since it was held, or since the window. */
function isWrittenSince({ isWrittenLater, closedAt, row }: PositionFact): boolean {
  const written = timeOrNull(row.updated_at);
  return isWrittenLater || (written !== null && closedAt !== null && written > closedAt + GRACE_MS);
}

/** Rows are overwritten: what one says, it says since its last write, and nothing of before. */
function saidAt({ openedAt, closedAt, row }: PositionFact): number {
  const written = timeOrNull(row.updated_at) ?? openedAt;
  return Math.max(openedAt, Math.min(written, closedAt ?? written));
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

const HOUR_MS = 3_600_000;

const WORDS: Readonly<Record<HeldKind, string>> = {
  max_positions: 'open positions',
  max_position_size: 'size of a position',
  max_age: 'age of a closed position',
  exposure: 'exposure',
  leverage: 'leverage',
};

/** `exposure of symbol BTCUSDT`, `leverage of bot`. */
export function limitName({ kind, limit, carrier }: LimitUse): string {
  return `${WORDS[kind]} of ${carrier === 'row' ? 'a position' : partName(limit)}`;
}
