import type { Rows, Surroundings } from '../../../audit/input.ts';
import { known, missing, type Value } from '../../../audit/value.ts';
import type { EventCountRow } from '../queries/monitoring.ts';

type Counted = Pick<Surroundings, 'has'> & { readonly rows: { readonly counts: Rows<EventCountRow> } };

/** Events of severity ERROR or CRITICAL, of the window or of one bucket of it. */
export function errorsOf({ rows: { counts }, has }: Counted, bucket?: number): Value<number> {
  if (!counts.ok) return counts;
  if (!has('event', 'severity')) return missing('missing_column', 'event.severity');
  const errors = counts.rows.filter(({ severity }) => severity === 'ERROR' || severity === 'CRITICAL');
  return known(eventsIn(bucket === undefined ? errors : errors.filter((row) => row.bucket === bucket)));
}

/** How many events stand in rows that join several of a kind. */
export function eventsIn(rows: readonly { readonly events: number }[]): number {
  return rows.reduce((total, { events }) => total + events, 0);
}
