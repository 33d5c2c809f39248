import { capitalised } from './venue-figures.ts';
import type { Window } from '../../../audit/evidence.ts';

export function on(venue: string | null): string {
  return venue === null ? '' : ` on ${capitalised(venue)}`;
}

/** Window and venue as a WHERE clause; the venue is a constant of the configuration or of the data, quoted. */
export function where({ window }: { readonly window: Window }, time: string, venue: string | null): string {
  const exchange = venue === null ? '' : ` and exchange = '${venue.replaceAll("'", "''")}'`;
  return `${time} >= '${window.from}' and ${time} < '${window.to}'${exchange}`;
}
