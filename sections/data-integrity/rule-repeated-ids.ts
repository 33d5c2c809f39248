import type { EntityName } from '../../audit/contract.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import { countFigure, draft, selectOf } from './rules-data-quality.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** What is counted in money or in positions: a row that stands twice doubles it. */
const COUNTED: readonly EntityName[] = ['position', 'order', 'fill'];

/** DQ-05, a rule of ours: rows that share an id, which a primary key would have refused. */
export function repeatedIds(_facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const found = input.entities
    .flatMap(({ entity, repeatedIds: rows = 0 }) => (rows > 0 ? [{ entity, rows }] : []))
    .sort((a, b) => b.rows - a.rows);
  const worst = found.find(({ entity }) => COUNTED.includes(entity)) ?? found[0];
  if (!worst) return [];
  const total = found.reduce((sum, { rows }) => sum + rows, 0);
  const rows = countFigure(out, 'DQ-05', 'repeated_ids', 'Rows with an id that another row has', total);
  return [
    draft(
      {
        severity: COUNTED.includes(worst.entity) ? 'HIGH' : 'MEDIUM',
        cause: {
          id: 'id-not-unique',
          text: ['The table has no key that refuses a second row of an id.'],
          confidence: 'LIKELY',
          predicates: [{ text: 'more rows than ids are in the window', held: true }],
        },
        title: text`${fig(rows)} ${noun(total, 'row has', 'rows have')} an id that another row has`,
        description: text`They are in ${found.map(({ entity }) => entity).join(', ')}, and are counted like any other row.`,
        impact: {
          financial: ['Fees, results and volumes of these rows may be counted twice.'],
          operational: ['Counts and rates of this report may be too high.'],
          risk: ['A bot that reads its own rows back may act on one of them twice.'],
        },
        recommendation: text`Remove the second rows, and give the table behind ${worst.entity} a primary key.`,
        verification: ['The preflight counts no repeated id in the next window.'],
        see: {
          language: 'sql',
          text: `select m."id", count(*)\nfrom (\n${selectOf(worst.entity, input)}\n) as m\ngroup by 1\nhaving count(*) > 1\norder by 2 desc\nlimit 20`,
        },
      },
      found.map(({ entity }) => ({
        subject: `${entity}.id`,
        at: input.window.from,
        until: input.window.to,
      })),
      'monitoring-coverage.unusable',
      total,
    ),
  ];
}
