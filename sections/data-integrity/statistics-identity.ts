import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { laterFillsQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts, Input } from './facts.ts';

/** Start + opened - closed - end by exchange, and the rows that contradict their own fills. */
export function identityStatistics(facts: Facts, { rows, bot }: Input): Lines {
  const { identity, contradictions, source, venues } = facts;
  const alone = source.ok ? missing('single_source', source.why ?? 'position rows alone') : source;
  const unread = source.ok && source.rung === 'fills' && !rows.laterFills.ok ? rows.laterFills : alone;
  const term = (key: 'start' | 'opened' | 'closed' | 'end', formula: string): Line => ({
    unit: 'count',
    name: `positions_identity_${key}`,
    title: `Identity: ${key}`,
    formula,
    of: (venue) => identity?.of(venue)[key] ?? 0,
  });
  const positionsAt =
    (of: readonly PositionFact[] = []) =>
    (venue: string | null): number =>
      new Set(of.filter((fact) => venue === null || fact.venue === venue)).size;
  const ofContradictions = {
    queries: source.ok ? [...source.queries, laterFillsQuery.id] : [],
    unseen: contradictions === null ? unread : null,
  };
  return lines({
    columns: byExchange(venues),
    basis: 'fills against position rows',
    queries: source.ok ? source.queries : [],
    currency: bot.quoteCurrency,
    unseen: identity === null ? alone : null,
    lines: [
      {
        ...shown('PM-ID', 'count', 'positions_identity', 'Identity: start + opened \u2212 closed \u2212 end'),
        formula:
          'open at the start (rows) + opened (fills) - closed (fills) - open at the end (rows); 0 when both sources agree',
        of: (venue) => identity?.of(venue).residual ?? 0,
        note: text`${fig('positions_identity_start')} + ${fig('positions_identity_opened')} \u2212 ${fig('positions_identity_closed')} \u2212 ${fig('positions_identity_end')}, fills against rows`,
      },
      term('start', 'positions open by their rows'),
      term('opened', 'transitions that fills show'),
      term('closed', 'transitions that fills show'),
      term('end', 'positions open by their rows'),
      {
        ...ofContradictions,
        id: 'PM-ID',
        unit: 'count',
        name: 'positions_compared',
        title: 'Positions whose row was compared with its fills',
        formula: 'positions with fills that were not traded on after the window or in its last 5 s',
        of: positionsAt(contradictions?.compared),
      },
      {
        ...ofContradictions,
        id: 'PM-ID',
        unit: 'count',
        name: 'positions_contradicted',
        title: 'Positions whose row or exits contradict their fills',
        formula: 'quantity or entry price differ by more than the tolerance, or exits exceed what was held',
        of: positionsAt(contradictions?.found.map(({ fact }) => fact)),
        row: 'Rows that contradict their fills',
        note: text`quantity, entry price and exits of ${fig('positions_compared')} positions`,
      },
    ],
  });
}
