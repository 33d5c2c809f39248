import { fig, text } from '../../audit/text.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { check, counted, score } from '../shared/vocabulary/check.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { isUnsafe, type Facts } from './facts.ts';
import type { Input } from './input.ts';

/** Orders in an unknown state may be what is looked for; with one that is certain they change nothing. */
function unseen({ why, doubtful }: Facts, found: number): Missing | null {
  if (why !== null || found > 0 || doubtful.length === 0) return why;
  const n = doubtful.length;
  return missing(
    'inadequate_basis',
    `${String(n)} ${noun(n, 'order row does', 'order rows do')} not say whether ${noun(n, 'it is', 'they are')} open`,
  );
}

/** 1 without one; half with left-over orders that can only reduce; 0 with an orphan that may open a position. */
export const leftOverCheck = check<Facts, Input>({
  id: 'ZO1',
  title: 'Orders without a purpose',
  dimension: 'integrity',
  weight: 7.5,
  source: 'database',
  rung: 'fills',
  judge: (facts) =>
    unseen(facts, facts.atEnd.length) ??
    score(
      facts.atEnd.some(isUnsafe) ? 0 : facts.atEnd.length > 0 ? 0.5 : 1,
      text`${fig('zombie_orders')} of ${fig('open_orders_at_end')} open orders stand without a purpose.`,
      facts.open.length === 0,
    ),
});

/** 0 with an orphan that is not reduce-only: the next move of the price opens a position that nobody wants. */
export const unsafeCheck = check<Facts, Input>({
  id: 'ZO1-risk',
  title: 'Orphans that may open a position',
  dimension: 'risk',
  weight: 7.5,
  source: 'database',
  rung: 'fills',
  judge: (facts, _input, out) => {
    const unsafe = facts.atEnd.filter(isUnsafe).length;
    const unsaid = facts.atEnd.filter(({ reason, order }) => reason === 'orphaned' && order.reduces === null);
    const why =
      unsafe === 0 && unsaid.length > 0
        ? missing('inadequate_basis', 'of orphaned orders nothing says whether they are reduce-only')
        : unseen(facts, unsafe);
    return (
      why ??
      score(
        unsafe > 0 ? 0 : 1,
        text`${counted(out, 'zombie_orders_unsafe', 'orphaned order is', 'orphaned orders are')} not reduce-only.`,
        facts.open.length === 0,
      )
    );
  },
});
