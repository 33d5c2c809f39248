import { fig, text } from '../../audit/text.ts';
import { figureKey } from '../../audit/figure.ts';
import { ms } from '../../audit/time.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { leftBehindQuery } from '../shared/queries/left-behind.ts';
import { seeFillsOf } from '../shared/vocabulary/finding-query.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import type { Mismatch } from './mismatch.ts';
import { missing } from '../../audit/value.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';

export const countIdentity = rule<Facts, Input>()({
  id: 'PM-02',
  title: 'Count identity broken',
  dimension: 'integrity',
  condition:
    'open at the start + opened - closed differs from open at the end, fills against position rows; CRITICAL when executions left something open that no open row holds, MEDIUM when only the time of the opening differs, else HIGH',
  effort: 'medium',
  // An identity that leaves something has a position, or fills without one, that does.
  find: ({ identity, venues }) =>
    groupsByVenue(
      (identity?.mismatches ?? []).filter(({ venue }) => venues.includes(venue)),
      ({ venue }) => venue,
    ),
  unseen: ({ source, identity }) => reasonOf(source) ?? (identity ? null : missing('single_source')),
  from: ({ queries }) => ({
    basis: 'fills against position rows',
    queries: [...queries, leftBehindQuery.id],
  }),
  numbers: ({ found, facts, venue }) => ({
    residual: num.count('Residual of the count identity', residualAt(facts, venue), {
      formula: 'start + opened - closed - end',
    }),
    mismatches: num.count('Positions about which rows and fills disagree', found.length, {
      formula: 'positions whose own start + opened - closed - end is not 0',
    }),
  }),
  severity: ({ found }) =>
    found.some(({ openAtVenue }) => openAtVenue)
      ? 'CRITICAL'
      : found.every(({ kind }) => kind === 'other-opening')
        ? 'MEDIUM'
        : 'HIGH',
  causes: ({ found }) => {
    const all = (kind: Mismatch['kind']): boolean => found.every((one) => one.kind === kind);
    return [
      hypothesis(
        'missing-exit-fills',
        'The bot closed the rows without having stored the exit fills, as after a gap in the order stream.',
        ['every disagreeing row is closed and lacks its exit fill', all('no-exit-fill')],
      ),
      hypothesis(
        'missing-entry-fills',
        'The rows were created without an entry fill: either the fill was missed, or the position never existed.',
        ['every disagreeing row lacks its entry fill', all('no-entry-fill')],
      ),
      hypothesis(
        'rows-not-closed',
        'The fills brought these positions to zero, and the bot did not close their rows.',
        ['every disagreeing row is open although its fills are flat', all('row-still-open')],
      ),
      hypothesis(
        'row-missing',
        'These rows name positions that no row here is: the row is gone or was never written, or the id is wrong.',
        [
          'every disagreement is about fills or other rows that name a position',
          found.every(({ kind }) => NAMED.includes(kind)),
        ],
      ),
      hypothesis(
        'wrong-opening',
        'opened_at of these rows is wrong: their fills entered at another time, and agree with the rows on all else.',
        ['every disagreeing row differs from its fills in opened_at alone', all('other-opening')],
      ),
      hypothesis(
        'wrong-end',
        'The rows give another time of the end than the fills: closed_at, or where it is missing the last update, is wrong.',
        ['every disagreeing row is closed, as its fills are, at another time', all('other-end')],
      ),
      hypothesis(
        'external-trades',
        'Somebody else trades on the account: these fills belong to no position of the bot.',
        ['every disagreement is about fills that name no position', all('stray-fills')],
      ),
    ];
  },
  otherwise: 'Several kinds of disagreement come together; no single cause explains all of them.',
  // What was left before the window is found at its start.
  occurrence: ({ symbol, at }, { input }) => ({
    subject: symbol,
    at: Math.max(at, ms(input.window.from)),
  }),
  evidence: {
    id: 'position-management.identity',
    title: 'Positions about which rows and fills disagree',
    table: table<Mismatch>({
      position: col.text('Position', ({ positionId }) => positionId),
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      at: col.time('At', ({ at }) => at),
      row: col.text('The row says', ({ rowSays }) => rowSays),
      fills: col.text('The fills say', ({ fillsSay }) => fillsSay),
    }),
  },
  see: ({ found }) => seeFillsOf(found.flatMap(({ positionId }) => positionId ?? [])),
  words: (n, { found, venue, place, facts, input, occurrences }) => {
    const part = (key: string) => fig(figureKey(`positions_identity_${key}`, { exchange: venue ?? '' }));
    const open = found.filter(({ openAtVenue }) => openAtVenue);
    const isOpen = open.length > 0;
    return {
      title: text`Position rows and fills disagree on ${n.mismatches} ${noun(found.length, 'position')}`,
      description: text`${part('start')} open at the start + ${part('opened')} opened \u2212 ${part('closed')} closed \u2212 ${part('end')} open at the end leaves ${n.residual}${residualAt(facts, venue) === 0 ? ', but some positions disagree' : '; it must leave 0'}.${isOpen ? ` By the stored executions ${names(open.map(({ symbol }) => symbol))} is still held, and no open row holds it.` : ''}`,
      financial: found.every(({ kind }) => kind === 'other-opening' || kind === 'other-end')
        ? 'None by itself: results are those of the fills.'
        : "The result of these positions rests on the bot's row alone.",
      operational: 'Counts, limits and statistics that use one of the two sources are off by the residual.',
      risk: isOpen
        ? 'Unless an execution is missing here, something is open at the exchange that the bot does not know, so nothing protects or closes it.'
        : 'A position may be open that the bot believes closed, or the other way round.',
      detection: detectionOf(input, occurrences),
      recommendation: text`${isOpen ? 'Look at the exchange now, and close or adopt what no row holds. ' : ''}Read the fills of ${names(found.map(({ symbol }) => symbol))} from ${place} again, store what is missing, and correct the rows.`,
      verification: 'The identity leaves 0 at every exchange in the next windows.',
    };
  },
});

/** By an id that no position row has. */
const NAMED: readonly Mismatch['kind'][] = ['named-fills', 'named-elsewhere'];
const residualAt = ({ identity }: Facts, venue: string | null): number => identity?.of(venue).residual ?? 0;
