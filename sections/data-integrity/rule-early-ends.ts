import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { fillsQuery, ordersQuery, positionsQuery, stopChangesQuery } from '../shared/queries/trading.ts';
import type { EarlyEnd } from '../shared/facts/early-ends.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { capitalised, names, noun } from '../shared/vocabulary/words.ts';
import { endWords, placeOf, ROWS_OF } from './ended-rows.ts';
import type { Facts, Input } from './facts.ts';
import { missingSources } from './rule-missing-sources.ts';

/** So many of them are named. */
const SHOWN = 12;

const subjects = ({ missing }: EarlyEnd): string =>
  missing
    .slice(0, SHOWN)
    .map(({ subject }) => subject)
    .join(', ');

const endTable = table<EarlyEnd>({
  rows: col.text('Rows', placeOf),
  newest: col.time('The newest is of', ({ newest }) => newest),
  missing: col.count('Later ones told of', ({ missing }) => missing.length),
  first: col.time('From', ({ missing: [first] }) => first?.at ?? null),
  last: col.time('To', ({ missing }) => missing.at(-1)?.at ?? null),
  subjects: col.text(`The first ${String(SHOWN)} of them`, subjects),
});

/** The newest rows of a table are not there, though others tell of them. */
export const rowsEndEarly = rule<Facts, Input>()({
  id: 'DQ-03',
  title: missingSources.title,
  condition: missingSources.condition,
  dimension: 'integrity',
  effort: 'low',
  find(_facts, { shared: { ends } }) {
    return ends.list.length === 0
      ? []
      : [{ venue: null, found: ends.list, kind: 'ends', labels: { what: 'ends' } }];
  },
  from: {
    basis: 'rows against each other',
    queries: [positionsQuery.id, ordersQuery.id, fillsQuery.id, stopChangesQuery.id],
  },
  numbers: ({ found }) => ({
    rows_not_there: num.count(
      'Rows that others tell of and that are not stored',
      found.reduce((sum, { missing }) => sum + missing.length, 0),
      {
        formula: 'orders, fills, stop changes, positions and their closings after the newest that is stored',
      },
    ),
  }),
  severity: () => 'HIGH',
  causes: ({ found }) => [
    hypothesis(
      'behind',
      'The table is written later than the others, or is a copy that lags: these rows are still to come.',
      ['only one kind of rows ends early, and others go on', found.length === 1],
    ),
    hypothesis('removed', 'The newest rows of several tables were not stored, or were removed.', [
      'several kinds of rows end early',
      found.length > 1,
    ]),
  ],
  otherwise: 'The rows do not say why.',
  occurrence: (end, { input: { window } }) => ({
    subject: placeOf(end),
    at: iso(end.newest),
    until: window.to,
  }),
  evidence: {
    id: 'data-integrity.early-ends',
    title: 'Rows that others tell of and that are not stored',
    table: endTable,
  },
  see: ({ found }) => found.map(({ what }) => NEWEST[what]).join('\nunion all\n') + ';',
  words: (n, { found }) => {
    const count = found.reduce((sum, { missing }) => sum + missing.length, 0);
    const rows = names(found.map(placeOf));
    return {
      title: text`${capitalised(rows)} end before the window does: ${n.rows_not_there} ${noun(count, 'row is', 'rows are')} not there`,
      description: text`${capitalised(found.map(endWords).join('; '))}. What happened since is judged neither right nor wrong by them.`,
      financial: 'Not known: what is not stored is in no number.',
      operational: 'The verdict cannot say that the end of the window was in order.',
      risk: 'If these rows never come, the bot does not know what it holds or what protects it.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation: `See whether what writes ${rows} is behind, and audit the window again once the rows are there. If they are not, look at the exchange before anything is traded by these tables.`,
      verification: 'In the next window no rows end before those that tell of them.',
    };
  },
});

const newestOf = (what: EarlyEnd['what'], entity: string, time: string): string =>
  `select '${ROWS_OF[what]}' as rows, max(${time}) as newest from ${entity}`;

/** The newest of each, as the reader's database has it by now. */
const NEWEST: Readonly<Record<EarlyEnd['what'], string>> = {
  order: newestOf('order', '"order"', 'created_at'),
  fill: newestOf('fill', 'fill', 'at'),
  stop_change: newestOf('stop_change', 'stop_change', 'at'),
  position: newestOf('position', 'position', 'opened_at'),
  closing: newestOf('closing', 'position', 'closed_at'),
};
