import { figureKey, type Labels } from '../../../audit/figure.ts';

/** Keys of the figures that `venueFigures` registered: one per venue, then the total. */
export function venueKeys(name: string, venues: readonly string[], labels: Labels = {}): readonly string[] {
  return [...venues.map((exchange) => figureKey(name, { ...labels, exchange })), figureKey(name, labels)];
}
