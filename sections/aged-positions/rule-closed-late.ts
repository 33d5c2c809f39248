import { text } from '../../audit/text.ts';
import { seePositions } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { ClosedLate, Facts } from './facts.ts';
import type { Input } from './input.ts';
import { agedPosition } from './rule-aged.ts';

/** Closed in the window, and held for longer than somebody allowed, per exchange. */
export const closedLate = rule<Facts, Input>()({
  id: 'AG-01',
  title: agedPosition.title,
  dimension: 'risk',
  condition: agedPosition.condition,
  effort: 'low',
  find: ({ closedLate: found }) =>
    groupsByVenue(
      found,
      ({ fact }) => fact.venue,
      () => ({ kind: 'closed' }),
    ).map((group) => ({ ...group, kind: 'closed' })),
  from: ({ source }) => (source.ok ? source : { basis: 'positions', queries: [] }),
  numbers: ({ found }) => ({
    closed_late: num.count('Positions that were closed too old', found.length, {
      formula: 'closed in the window, held for over 1.05 of the configured age',
    }),
    oldest_closed: num.h('Longest time held', Math.max(...found.map(({ ageH }) => ageH)), {
      formula: 'close - opening',
    }),
  }),
  severity: ({ found }) => (found.some(({ ageH, limitH }) => ageH > 2 * limitH) ? 'MEDIUM' : 'LOW'),
  causes: () => [],
  otherwise: 'Why that took so long is not recorded.',
  occurrence: ({ fact, limitH }) => ({
    subject: fact.symbol,
    at: fact.openedAt + limitH * 3_600_000,
    until: fact.closedAt ?? fact.openedAt,
  }),
  evidence: {
    id: 'aged-positions.closed-late',
    suffix: ({ venue }) => venue ?? 'all',
    title: 'Positions that were closed too old',
    table: table<ClosedLate>({
      id: col.text('Position', ({ fact }) => fact.id),
      symbol: col.text('Symbol', ({ fact }) => fact.symbol),
      opened: col.time('Opened', ({ fact }) => fact.openedAt),
      closed: col.time('Closed', ({ fact }) => fact.closedAt),
      age: col.h('Held', ({ ageH }) => ageH),
      limit: col.h('Limit', ({ limitH }) => limitH),
    }),
  },
  see: ({ found }) => seePositions('symbol, side, opened_at, closed_at, exit_reason', found, 'opened_at'),
  words: (n, { found, place }) => ({
    title: text`${n.closed_late} ${noun(found.length, 'position')} on ${place} closed too old`,
    description: text`${names(found.map(({ fact }) => fact.symbol))}: held for up to ${n.oldest_closed}, beyond the age that is configured.`,
    financial: 'Not known; results of these positions are in those of the window.',
    operational: 'Each of them held a slot that a new position could have used.',
    risk: 'Nothing ended these positions when their time was over; the next one may not close at all.',
    detection: 'No alert is known to have fired for the age of a position.',
    recommendation: 'Give every strategy a longest holding time after which it exits at market.',
    verification: 'No position of the next window is held for longer than its limit.',
  }),
});
