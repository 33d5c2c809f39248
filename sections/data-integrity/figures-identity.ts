import type { Output } from '../../audit/section.ts';
import { known, missing, type Missing } from '../../audit/value.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { laterFillsQuery } from '../shared/queries/trading.ts';
import { venueFigures } from '../shared/vocabulary/venue-figures.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** Start + opened - closed - end per exchange, and its four parts. */
export function identityFigures({ identity, source, venues }: Facts, out: Output): void {
  const alone = aloneOf(source);
  const spec = {
    unit: 'count',
    basis: 'fills against position rows',
    queries: source.ok ? source.queries : [],
  } as const;
  venueFigures(
    out,
    venues,
    {
      ...spec,
      name: 'positions_identity',
      id: 'PM-ID',
      title: 'Identity: start + opened \u2212 closed \u2212 end',
      formula:
        'open at the start (rows) + opened (fills) - closed (fills) - open at the end (rows); 0 when both sources agree',
    },
    (venue) => ({ value: identity === null ? alone : known(identity.of(venue).residual) }),
  );
  for (const key of ['start', 'opened', 'closed', 'end'] as const) {
    venueFigures(
      out,
      venues,
      {
        ...spec,
        name: `positions_identity_${key}`,
        title: `Identity: ${key}`,
        formula:
          key === 'opened' || key === 'closed'
            ? 'transitions that fills show'
            : 'positions open by their rows',
      },
      (venue) => ({ value: identity === null ? alone : known(identity.of(venue)[key]) }),
    );
  }
}

/** How many rows were compared with their fills, and how many contradict them. */
export function contradictionFigures(
  { contradictions, source, venues }: Facts,
  { rows }: Input,
  out: Output,
): void {
  const { laterFills } = rows;
  const alone = source.ok && source.rung === 'fills' && !laterFills.ok ? laterFills : aloneOf(source);
  const add = (name: string, title: string, formula: string, of: readonly PositionFact[]): void => {
    venueFigures(
      out,
      venues,
      {
        name,
        unit: 'count',
        id: 'PM-ID',
        title,
        basis: 'fills against position rows',
        queries: source.ok ? [...source.queries, laterFillsQuery.id] : [],
        formula,
      },
      (venue) => {
        const own = of.filter((fact) => venue === null || fact.venue === venue);
        return { value: contradictions === null ? alone : known(new Set(own).size) };
      },
    );
  };
  add(
    'positions_compared',
    'Positions whose row was compared with its fills',
    'positions with fills that were not traded on after the window or in its last 5 s',
    contradictions?.compared ?? [],
  );
  add(
    'positions_contradicted',
    'Positions whose row or exits contradict their fills',
    'quantity or entry price differ by more than the tolerance, or exits exceed what was held',
    contradictions?.found.map(({ fact }) => fact) ?? [],
  );
}

function aloneOf(source: PositionFacts): Missing {
  return source.ok ? missing('single_source', source.why ?? 'position rows alone') : source;
}
