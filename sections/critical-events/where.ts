import { capitalised } from '../venue-figures.ts';
import type { Input } from './facts.ts';

export function on(venue: string | null): string {
  return venue === null ? '' : ` on ${capitalised(venue)}`;
}

/** Window and venue as a WHERE clause; the venue is a constant of the configuration or of the data, quoted. */
export function where(input: Input, time: string, venue: string | null): string {
  const exchange = venue === null ? '' : ` and exchange = '${venue.replaceAll("'", "''")}'`;
  return `${time} >= '${input.window.from}' and ${time} < '${input.window.to}'${exchange}`;
}
