import type { Output } from '../../audit/section.ts';
import type { Value } from '../../audit/value.ts';
import { venueFigures, type VenueSpec } from '../shared/vocabulary/venue-figures.ts';
import type { Facts } from './facts.ts';

type Spec = Omit<VenueSpec, 'basis' | 'queries'> & Partial<VenueSpec>;

/** Registers one count per exchange and in total, or the reason why stops could not be seen. */
export function adder(
  facts: Facts,
  out: Output,
): (spec: Spec, value: (venue: string | null) => Value) => void {
  const { protection, venues } = facts;
  const base = {
    basis: protection.ok ? protection.basis : 'no source',
    queries: protection.ok ? protection.queries : [],
  };
  return (spec, value) => {
    venueFigures(out, venues, { ...base, ...spec }, (venue) => ({
      value: protection.ok ? value(venue) : protection,
    }));
  };
}
