import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { GapRow } from '../shared/queries/decisions.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { gapTable } from './statistics.ts';

const KINDS = ['no-decision', 'no-execution', 'no-rationale', 'no-payload'] as const;
type GapKind = (typeof KINDS)[number];

/** What was done cannot be followed back to why, or forth to what came of it: one finding a kind. */
export const brokenLineage = rule<Facts, Input>()({
  id: 'OP-07',
  title: 'Broken lineage',
  dimension: 'integrity',
  condition:
    'an execution without its decision, an executed decision without an execution, a decision without its reasons or a filled execution without its payloads where others of the window have them',
  effort: 'medium',
  find: ({ gaps }) =>
    KINDS.flatMap((kind) => {
      const found = gaps.filter((gap) => gap.kind === kind);
      return found.length === 0 ? [] : [{ venue: null, found, kind, labels: { gap: kind }, of: { kind } }];
    }),
  from: { basis: 'decisions and executions', queries: asked('gaps') },
  numbers: ({ found }) => ({
    gaps: num.count(
      'Rows of this kind',
      found[0]?.of_kind ?? found.length,
      'rows of the window that lack it',
    ),
  }),
  severity: () => 'HIGH',
  causes: ({ of: { kind }, found, input }) => {
    const times = found.map(({ at }) => ms(at));
    const of = found[0]?.of_kind ?? found.length;
    const all = rowsBeside(kind, input);
    return [
      ...(kind === 'no-decision' || kind === 'no-execution'
        ? [
            hypothesis(
              'ids-differ',
              'The two tables name a decision in two ways, or the mapping takes the wrong column.',
              ['no row of the window has its other half', all === null ? null : of >= all],
            ),
          ]
        : []),
      hypothesis(
        'two-writes',
        'The two rows are written one after the other, and what failed between them left one.',
        ['most rows of the window are whole', all === null ? null : 2 * of < all],
        [
          'they lie within one minute',
          times.length > 1 ? Math.max(...times) - Math.min(...times) <= 60_000 : null,
        ],
      ),
    ];
  },
  otherwise: 'Why the other half is missing is not recorded.',
  occurrence: ({ subject, row_id: id, at }: GapRow) => ({ subject: subject ?? id, at: ms(at) }),
  frequency: ({ found }) => found[0]?.of_kind ?? found.length,
  evidence: {
    id: 'race-conditions.lineage',
    suffix: ({ of: { kind } }) => kind,
    title: 'Rows that lack what they follow from',
    table: gapTable,
  },
  see: ({ of: { kind }, found }) => {
    const ids = found.map(({ row_id: id }) => id);
    return kind === 'no-decision' || kind === 'no-payload'
      ? seeRows(
          'execution',
          'id, decision_id, at, status, order_id, request_payload_id, response_payload_id',
          'id',
          ids,
          'at, id',
        )
      : seeRows('decision', 'id, at, symbol, decision, status, rationale, executed_at', 'id', ids, 'at, id');
  },
  words: (n, { of: { kind }, found }) => {
    const [one, many] = SAY[kind];
    return {
      title: text`${n.gaps} ${noun(found.length, one, many)}`,
      description: text`${names(found.map(({ subject, row_id: id }) => subject ?? id))}: ${n.gaps} ${noun(found.length, one, many)} in the window; none is accepted.`,
      financial: 'Not known: what nobody can follow back nobody can judge.',
      operational: 'A question about such a trade ends here, whoever asks it.',
      risk: 'What explains one gap after a crash may hide the trade that nobody decided.',
      detection: 'No alert is known to have fired for it.',
      recommendation:
        'Write both rows in one transaction, or the second from an outbox that is emptied until it is written.',
      verification: text`No ${one} in the next window.`,
    };
  },
});

const SAY: Readonly<Record<GapKind, readonly [one: string, many: string]>> = {
  'no-decision': ['execution without its decision', 'executions without their decision'],
  'no-execution': ['executed decision without an execution', 'executed decisions without an execution'],
  'no-rationale': ['decision without its reasons', 'decisions without their reasons'],
  'no-payload': ['filled execution without its payloads', 'filled executions without their payloads'],
};

/** Rows of the window of which these are some; null where there is none, or they cannot be read. */
function rowsBeside(kind: GapKind, { rows }: Input): number | null {
  const read = kind === 'no-decision' || kind === 'no-payload' ? rows.executions : rows.decisions;
  const of = rowsOf(read).filter(({ status }) => kind !== 'no-execution' || status === 'executed');
  const all = of.reduce((total, row) => total + row.rows, 0);
  return all === 0 ? null : all;
}
