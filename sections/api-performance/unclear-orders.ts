import { decimalOrNull } from '../shared/facts/row-values.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { RowOf } from '../../audit/query.ts';
import type { queries, Input } from './input.ts';

/** What later rows say of an order whose submit had no known outcome. `untold`: nothing names it. Taken: it reached the exchange, whatever came of it then. */
export type Fate = 'taken' | 'not taken' | 'unresolved' | 'untold';

/** Submits without a known outcome, each with what became of its order (catalogue AP7). */
export function unclearOf({ rows }: Input) {
  const orders = rowsOf(rows.orders);
  return rowsOf(rows.submits).map((submit) => {
    const order = orders.find(({ call_client_order_id: client, correlation_id: correlation }) =>
      submit.client_order_id !== null
        ? client === submit.client_order_id
        : correlation !== null && client === null && correlation === submit.correlation_id,
    );
    return {
      ...submit,
      venue: submit.exchange ?? 'unknown',
      order: order ?? null,
      fate: fateOf(submit, order),
    };
  });
}
export type UnclearSubmit = ReturnType<typeof unclearOf>[number];

type Row = RowOf<typeof queries.submits>;
type Order = RowOf<typeof queries.orders>;

/** A later submit of the same id that was taken, or was refused as a duplicate, shows the order; else its own row does. */
function fateOf({ again, duplicate }: Pick<Row, 'again' | 'duplicate'>, order: Order | undefined): Fate {
  if ((again ?? 0) > 0 || (duplicate ?? 0) > 0) return 'taken';
  if (order === undefined) return 'untold';
  const { status, exchange_order_id: id, venue_at: venueAt } = order;
  const isFilled = decimalOrNull(order.filled)?.greaterThan(0) === true;
  if (isFilled || id !== null || venueAt !== null) return 'taken';
  if (status === 'filled' || status === 'partially_filled') return 'taken';
  return status === 'rejected' || status === 'expired' || status === 'cancelled' ? 'not taken' : 'unresolved';
}
