import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { figureKey } from '../../audit/figure.ts';
import { iso, ms } from '../../audit/time.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { leftBehindQuery } from '../shared/queries/trading.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { venueSlug } from '../shared/vocabulary/venue-figures.ts';
import { seeFillsOf } from '../shared/vocabulary/finding-query.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { Mismatch } from './identity.ts';

/**
 * PM-02: rows and fills disagree on which positions are open. HIGH when only a row is wrong; CRITICAL when the stored
 * executions leave something open that no open row holds.
 */
export function countIdentity(
  { source, identity, venues }: Facts,
  input: Input,
  out: Output,
): readonly FindingDraft[] {
  if (!source.ok || identity === null) return [];
  return venues.flatMap((venue): FindingDraft[] => {
    const { residual } = identity.of(venue);
    const found = identity.mismatches.filter((one) => one.venue === venue);
    if (residual === 0 && found.length === 0) return [];
    const figure = ruleFigures(out, {
      rule: 'PM-02',
      exchange: venue,
      basis: 'fills against position rows',
      queries: [...source.queries, leftBehindQuery.id],
      currency: input.bot.quoteCurrency,
    });
    const off = figure(
      'residual',
      residual,
      'count',
      'Residual of the count identity',
      'start + opened - closed - end',
    );
    const rows = figure(
      'mismatches',
      found.length,
      'count',
      'Positions about which rows and fills disagree',
      'positions whose own start + opened - closed - end is not 0',
    );
    const open = found.filter(({ openAtVenue }) => openAtVenue);
    const part = (key: string) => fig(figureKey(`positions_identity_${key}`, { exchange: venue }));
    const evidence = out.dataset({
      id: `position-management.identity.${venueSlug(venue)}`,
      title: `Positions about which rows and fills disagree, ${venue}`,
      columns: [
        { key: 'position', title: 'Position', unit: 'text' },
        { key: 'symbol', title: 'Symbol', unit: 'text' },
        { key: 'at', title: 'At', unit: 'time' },
        { key: 'row', title: 'The row says', unit: 'text' },
        { key: 'fills', title: 'The fills say', unit: 'text' },
      ],
      rows: found.map((one) => [one.positionId, one.symbol, iso(one.at), one.rowSays, one.fillsSay]),
      queries: [...source.queries, leftBehindQuery.id],
    });
    // What was left before the window is found at its start.
    const occurrences = found.map(({ subject, at }) => ({
      subject,
      at: iso(Math.max(at, ms(input.window.from))),
    }));
    if (occurrences.length === 0) occurrences.push({ subject: 'count', at: input.window.to });
    const ids = found.flatMap(({ positionId }) => (positionId === null ? [] : [positionId]));
    return [
      {
        venue: venue === 'unknown' ? null : venue,
        severity: open.length > 0 ? 'CRITICAL' : 'HIGH',
        cause: causeOf(found),
        title: text`Position rows and fills disagree on ${rows} ${noun(found.length, 'position')}`,
        description: text`${part('start')} open at the start + ${part('opened')} opened \u2212 ${part('closed')} closed \u2212 ${part('end')} open at the end leaves ${off}${residual === 0 ? ', but some positions disagree' : '; it must leave 0'}.${open.length > 0 ? ` By the stored executions ${names(open.map(({ symbol }) => symbol))} is still held, and no open row holds it.` : ''}`,
        occurrences,
        evidence,
        impact: {
          financial: text`The result of these positions rests on the bot's row alone.`,
          operational: text`Counts, limits and statistics that use one of the two sources are off by the residual.`,
          risk:
            open.length > 0
              ? text`Unless an execution is missing here, something is open at the exchange that the bot does not know, so nothing protects or closes it.`
              : text`A position may be open that the bot believes closed, or the other way round.`,
        },
        detection: detectionOf(input, occurrences),
        recommendation: text`${open.length > 0 ? 'Look at the exchange now, and close or adopt what no row holds. ' : ''}Read the fills of these positions from the exchange again, store what is missing, and correct the rows.`,
        verification: text`The identity leaves 0 at every exchange in the next windows.`,
        see: seeFillsOf(ids),
        effort: 'medium',
      },
    ];
  });
}

function causeOf(found: readonly Mismatch[]): FindingDraft['cause'] {
  const all = (kind: Mismatch['kind']): boolean =>
    found.length > 0 && found.every((one) => one.kind === kind);
  return rootCause(
    [
      {
        id: 'missing-exit-fills',
        text: text`The bot closed the rows without having stored the exit fills, as after a gap in the order stream.`,
        predicates: [
          { text: 'every disagreeing row is closed and lacks its exit fill', held: all('no-exit-fill') },
        ],
      },
      {
        id: 'missing-entry-fills',
        text: text`The rows were created without an entry fill: either the fill was missed, or the position never existed.`,
        predicates: [{ text: 'every disagreeing row lacks its entry fill', held: all('no-entry-fill') }],
      },
      {
        id: 'rows-not-closed',
        text: text`The fills brought these positions to zero, and the bot did not close their rows.`,
        predicates: [
          { text: 'every disagreeing row is open although its fills are flat', held: all('row-still-open') },
        ],
      },
      {
        id: 'external-trades',
        text: text`Somebody else trades on the account: these fills belong to no position of the bot.`,
        predicates: [
          { text: 'every disagreement is about fills without a position', held: all('stray-fills') },
        ],
      },
    ],
    text`Several kinds of disagreement come together; no single cause explains all of them.`,
  );
}
