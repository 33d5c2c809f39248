import type { Edition } from '../../audit/report.ts';
import type { Text } from '../../audit/text.ts';
import type { Lookup } from '../lookup.ts';
import type { TableView } from '../table-view.ts';
import { entityTable, gateTable, headerFacts, scoreTable, sourceTable } from '../verdict-tables.ts';
import { exchangesOf, testPeriod } from '../words.ts';
import type { BlockView } from './block-view.ts';
import { inlineHtml } from './inline.ts';
import { htmlTable } from './table-html.ts';
import type { SectionView } from './page-view.ts';

export const VERDICT = { anchor: 'verdict', title: 'How the verdict was formed' } as const;

/** The page behind the first page: reasons, scores with all their losses, gates, and what was read. */
export function verdictSection(lookup: Lookup, edition: Edition): SectionView {
  const { report } = lookup;
  const { reasons } = report.judgement;
  const entities = entityTable(report);
  return {
    ...VERDICT,
    className: 'body',
    error: '',
    parts: [
      {
        anchor: 'verdict-reasons',
        title: 'Reasons',
        blocks: [sentences(reasons, 'Nothing speaks against this window.', lookup)],
      },
      {
        anchor: 'verdict-green',
        title: 'What would make this green',
        blocks: [sentences(report.judgement.green, 'It is green.', lookup)],
      },
      { anchor: 'verdict-scores', title: 'Scores', blocks: [table(scoreTable(lookup), 'Scores')] },
      {
        anchor: 'verdict-gates',
        title: 'Conditions that every window must meet',
        blocks: [table(gateTable(lookup), 'Conditions')],
      },
      {
        anchor: 'verdict-sources',
        title: 'What was read',
        blocks: [
          table(sourceTable(report), 'Sources'),
          ...(entities.rows.length === 0 ? [] : [table(entities, 'Entities')]),
        ],
      },
      { anchor: 'verdict-about', title: 'About this report', blocks: [aboutFacts(lookup, edition)] },
    ],
  };
}

function sentences(texts: readonly Text[], empty: string, lookup: Lookup): BlockView {
  const items = texts.map((text) => ({ lead: '', detail: inlineHtml(text, lookup), rule: '', href: '' }));
  return { partial: 'block-list', view: { ordered: true, empty, items } };
}

function table(view: TableView, label: string): BlockView {
  return { partial: 'block-table', view: htmlTable(view, '', label, 'None.') };
}

function aboutFacts({ report }: Lookup, edition: Edition): BlockView {
  const facts = [
    ['Test period', testPeriod(report.window)],
    ['Environment', `${report.bot.environment} (${exchangesOf(report)})`],
    [
      'Report date',
      `${edition.reportedAt.slice(0, 16).replace('T', ' ')} UTC, revision ${String(edition.revision)}`,
    ],
    ['Auditor', report.bot.auditor],
    ...headerFacts(report),
    ['SHA-256 of the evidence', report.evidenceHash],
    ['SHA-256 of the report', edition.reportHash],
  ] as const;
  return { partial: 'block-facts', view: { facts: facts.map(([name, value]) => ({ name, value })) } };
}
