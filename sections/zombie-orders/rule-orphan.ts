import { money, sum } from '../../audit/decimal.ts';
import type { Severity } from '../../audit/finding.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { missing } from '../../audit/value.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { limitOf } from '../shared/facts/limits.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { all, groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { isUnsafe, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { BASIS, oldestFirst, zombieTable } from './statistics.ts';
import type { Zombie } from './zombies.ts';

/** Together they are worth this; not known where one of them says no quantity or price. */
export function notionalOf(found: readonly Zombie[]) {
  const values = found.flatMap(({ notional }) => notional ?? []);
  return values.length < found.length
    ? missing('inadequate_basis', 'an order without a known quantity or price')
    : sum(values);
}

/** What an orphan is from: before the close, or after it; null where the close is not in the window. */
export function orphanHypotheses(found: readonly Zombie[], { window }: Input) {
  const before = found.map(({ order, owner }) =>
    owner.goneAt === null || owner.goneAt <= ms(window.from) ? null : order.from < owner.goneAt,
  );
  return [
    hypothesis('exit-left-sibling', 'The exit did not cancel the other orders of its position.', [
      'each was placed before its position closed',
      all(before, true),
    ]),
    hypothesis('created-after-close', 'They were placed after their position had closed.', [
      'each was placed after the close',
      all(before, false),
    ]),
  ];
}

export function occurrenceOf({ order, since, until }: Zombie, { window }: Input) {
  return { subject: order.symbol, at: iso(Math.max(since, ms(window.from))), until: iso(until) };
}

/** An order without a position that is not reduce-only: at the end, or for longer than ten minutes. */
export const orphanedOrder = rule<Facts, Input>()({
  id: 'ZO-01',
  title: 'Orphaned order that may open a position',
  dimension: 'risk',
  condition: ({ lifetimeMin }) =>
    `an order of no open position that is not reduce-only, at the end or for over ${String(lifetimeMin)} min`,
  effort: 'low',
  unseen: ({ why }) => why,
  find: ({ zombies }, { settings: { lifetimeMin }, window }) => {
    const from = ms(window.from);
    const isLong = ({ since, until }: Zombie): boolean =>
      until - Math.max(since, from) > lifetimeMin * 60_000;
    return groupsByVenue(
      zombies.filter((one) => isUnsafe(one) && (one.atEnd || isLong(one))),
      ({ order }) => order.venue,
    );
  },
  from: ({ queries }) => ({ basis: BASIS, queries }),
  numbers: ({ found, policy }) => ({
    orphans: num.count('Orphans that may open a position', found.length, 'orphaned with reduce_only false'),
    standing: num.count('Of these open at the end', found.filter(({ atEnd }) => atEnd).length, 'not ended'),
    orphan_notional: num.money(
      'Notional if they fill',
      notionalOf(found),
      'sum of quantity x trigger or limit',
    ),
    lifetime: policy('lifetimeMin', 'Time after which an orphan is told'),
  }),
  stake: 'orphan_notional',
  severity: ({ found, input }) => severityOf(found, input),
  causes: ({ found, input }) => orphanHypotheses(found, input),
  otherwise: 'When their position ended, and so what left them behind, is not in the window.',
  occurrence: (zombie, { input }) => occurrenceOf(zombie, input),
  explainedBy: () => [{ rule: 'ZO-03', sameSubject: true }],
  evidence: {
    id: 'zombie-orders.orphans',
    title: 'Orphans that may open a position',
    table: zombieTable(),
    rows: ({ found }) => oldestFirst(found),
  },
  see: ({ found }) =>
    seeRows(
      'order',
      'id, position_id, symbol, side, type, reduce_only, status, created_at',
      'id',
      oldestFirst(found).map(({ order }) => order.id),
      'created_at',
    ),
  words: (n, { found, place, input, occurrences }) => ({
    title: text`${n.orphans} orphaned ${noun(found.length, 'order')} on ${place} may open a position`,
    description: text`${names(found.map(({ order }) => order.symbol))}: ${n.orphans} ${noun(found.length, 'order')} of no open position ${noun(found.length, 'is', 'are')} not reduce-only; ${n.standing} stood at the end of the window, and none is allowed for longer than ${n.lifetime}.`,
    financial: text`${n.orphan_notional} would be bought or sold without a decision.`,
    operational: 'Nobody looks after what such an order opens: it has no stop and no plan.',
    risk: 'One move of the price to the trigger is enough.',
    detection: detectionOf(input, occurrences),
    recommendation: found.some(({ atEnd }) => atEnd)
      ? `Cancel the orders of ${names(found.filter(({ atEnd }) => atEnd).map(({ order }) => order.symbol))} on ${place} now. Cancel all orders of a position when it closes, and make every order that closes one reduce-only.`
      : 'Cancel all orders of a position when it closes, and make every order that closes one reduce-only.',
    verification: 'No orphaned order that is not reduce-only in the next window.',
  }),
});

/** HIGH; CRITICAL where what they would open passes the limit of exposure alone. */
function severityOf(found: readonly Zombie[], input: Input): Severity {
  const limit = limitOf('exposure', input)?.value ?? null;
  const standing = found.filter(({ atEnd }) => atEnd).flatMap(({ notional }) => notional ?? []);
  return limit !== null && money(sum(standing)).greaterThan(limit) ? 'CRITICAL' : 'HIGH';
}
