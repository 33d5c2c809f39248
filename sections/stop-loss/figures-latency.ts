import type { Output } from '../../audit/section.ts';
import type { Latency } from '../../audit/statistics.ts';
import { known, missing } from '../../audit/value.ts';
import { venueFigures } from '../shared/vocabulary/venue-figures.ts';
import { initialLatency, of, updateLatency, type Facts } from './facts.ts';

const STATS = [
  ['avg', 'average'],
  ['p95', 'P95'],
  ['p99', 'P99'],
  ['max', 'max'],
] as const;

/** SL6 and SL7: nearest-rank percentiles of pooled samples, each with its n, and the naked gaps of updates. */
export function latencyFigures(facts: Facts, out: Output): void {
  family(facts, out, {
    name: 'stop_set',
    id: 'SL6',
    title: 'Initial stop set',
    formula:
      'acknowledgement of the first stop - entry; a stop that never came counts with the time without it',
    latencyOf: (venue) => initialLatency(facts, venue),
  });
  family(facts, out, {
    name: 'stop_update',
    id: 'SL7',
    title: 'Stop updated',
    formula: 'acknowledgement of the new stop - request (or end of the old stop, if earlier)',
    latencyOf: (venue) => updateLatency(facts, venue),
  });
  nakedFigures(facts, out);
}

function family(
  { venues, protection, timesMissing }: Facts,
  out: Output,
  one: {
    name: string;
    id: string;
    title: string;
    formula: string;
    latencyOf: (venue: string | null) => Latency;
  },
): void {
  const base = {
    id: one.id,
    basis: protection.ok ? protection.basis : 'no source',
    queries: protection.ok ? protection.queries : [],
  };
  const latencies = new Map([...venues, null].map((venue) => [venue, one.latencyOf(venue)]));
  for (const [stat, name] of STATS) {
    venueFigures(
      out,
      venues,
      {
        ...base,
        name: one.name,
        labels: { stat },
        unit: 'ms',
        title: `${one.title}, ${name}`,
        formula: `${name} of ${one.formula}`,
      },
      (venue) => {
        const latency = latencies.get(venue);
        if (timesMissing !== null || !latency) return { value: timesMissing ?? missing('no_data') };
        return { value: latency[stat], n: latency.n };
      },
    );
  }
  venueFigures(
    out,
    venues,
    {
      ...base,
      name: `${one.name}_samples`,
      unit: 'count',
      title: `${one.title}, samples`,
      formula: `number of samples of: ${one.formula}`,
    },
    (venue) => ({ value: timesMissing ?? known(latencies.get(venue)?.n ?? 0) }),
  );
}

function nakedFigures({ updates, venues, protection, initial }: Facts, out: Output): void {
  const base = {
    id: 'SL7',
    basis: protection.ok ? protection.basis : 'no source',
    queries: protection.ok ? protection.queries : [],
  };
  const unseen = protection.ok ? missing('inadequate_basis', 'no record of single stop changes') : protection;
  const naked = (venue: string | null): readonly number[] =>
    updates
      .filter(({ position, nakedMs }) => of(position, venue) && nakedMs > 0)
      .map(({ nakedMs }) => nakedMs);
  venueFigures(
    out,
    venues,
    {
      ...base,
      name: 'naked_updates',
      unit: 'count',
      title: 'Updates with a naked gap',
      formula: 'updates in which the old stop ended before the new one was acknowledged',
    },
    (venue) => ({ value: initial === null ? unseen : known(naked(venue).length) }),
  );
  venueFigures(
    out,
    venues,
    {
      ...base,
      name: 'naked_gap_max',
      unit: 'ms',
      title: 'Longest naked gap',
      formula: 'max of acknowledgement of the new stop - end of the old one',
    },
    (venue) => ({ value: initial === null ? unseen : known(Math.max(0, ...naked(venue))) }),
  );
}
