import { fig, text } from '../../audit/text.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { laterFillsQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts, Input } from './facts.ts';
import type { CountIdentity } from './identity.ts';

/** Start + opened - closed - end by exchange, and the rows that contradict their own fills. */
export function identityStatistics(facts: Facts, { rows, bot }: Input): Lines {
  const { identity, contradictions, source, venues } = facts;
  const alone = source.ok ? missing('single_source', source.why ?? 'position rows alone') : source;
  const unread = source.ok && source.rung === 'fills' && !rows.laterFills.ok ? rows.laterFills : alone;
  const queries = source.ok ? source.queries : [];
  return lines({
    columns: byExchange(venues),
    basis: 'fills against position rows',
    queries,
    currency: bot.quoteCurrency,
    unseen: identity === null ? alone : null,
    lines: [
      ...identityLines(identity),
      ...contradictionLines(contradictions, {
        queries: source.ok ? [...queries, laterFillsQuery.id] : [],
        unseen: contradictions === null ? unread : null,
      }),
    ],
  });
}

function identityLines(identity: Facts['identity']): readonly Line[] {
  const line = (name: string, title: string, formula: string, key: keyof CountIdentity) => ({
    unit: 'count' as const,
    name,
    title,
    formula,
    of: (venue: string | null) => identity?.of(venue)[key] ?? 0,
  });
  const rows = 'positions open by their rows';
  const fills = 'transitions that fills show';
  return [
    {
      ...line(
        'positions_identity',
        'Identity: start + opened \u2212 closed \u2212 end',
        'open at the start (rows) + opened (fills) - closed (fills) - open at the end (rows); 0 when both sources agree',
        'residual',
      ),
      id: 'PM-ID',
      row: true,
      note: text`${fig('positions_identity_start')} + ${fig('positions_identity_opened')} \u2212 ${fig('positions_identity_closed')} \u2212 ${fig('positions_identity_end')}, fills against rows`,
    },
    line('positions_identity_start', 'Identity: start', rows, 'start'),
    line('positions_identity_opened', 'Identity: opened', fills, 'opened'),
    line('positions_identity_closed', 'Identity: closed', fills, 'closed'),
    line('positions_identity_end', 'Identity: end', rows, 'end'),
  ];
}

function contradictionLines(
  contradictions: Facts['contradictions'],
  from: { readonly queries: readonly string[]; readonly unseen: Missing | null },
): readonly Line[] {
  const positionsAt =
    (facts: readonly PositionFact[] = []) =>
    (venue: string | null): number =>
      new Set(facts.filter((fact) => venue === null || fact.venue === venue)).size;
  return [
    {
      ...from,
      id: 'PM-ID',
      unit: 'count',
      name: 'positions_compared',
      title: 'Positions whose row was compared with its fills',
      formula: 'positions with fills that were not traded on after the window or in its last 5 s',
      of: positionsAt(contradictions?.compared),
    },
    {
      ...from,
      id: 'PM-ID',
      unit: 'count',
      name: 'positions_contradicted',
      title: 'Positions whose row or exits contradict their fills',
      formula: 'quantity or entry price differ by more than the tolerance, or exits exceed what was held',
      of: positionsAt(contradictions?.found.map(({ fact }) => fact)),
      row: 'Rows that contradict their fills',
      note: text`quantity, entry price and exits of ${fig('positions_compared')} positions`,
    },
  ];
}
