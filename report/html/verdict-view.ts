import type { Edition, Report } from '../../audit/report.ts';
import type { Text } from '../../audit/text.ts';
import type { Lookup } from '../lookup.ts';
import type { TableView } from '../table-view.ts';
import { checksByLoss, checkTable, scoreTable, takenTable } from '../score-tables.ts';
import {
  changeLists,
  entityTable,
  gateTable,
  headerFacts,
  NO_GATE,
  sourceTable,
  unseenTable,
} from '../verdict-tables.ts';
import { comparison, exchangesOf, EXPLAINED, testPeriod } from '../words.ts';
import type { BlockView } from './block-view.ts';
import { inlineHtml } from './inline.ts';
import { htmlTable } from './table-html.ts';
import type { SectionView } from './section-view.ts';

export const VERDICT = { anchor: 'verdict', title: 'How the verdict was formed' } as const;

/** Anchors of its parts; the first page refers to some of them. */
export const VERDICT_PARTS = {
  reasons: 'verdict-reasons',
  green: 'verdict-green',
  changes: 'verdict-changes',
  scores: 'verdict-scores',
  unseen: 'verdict-unseen',
  gates: 'verdict-gates',
  sources: 'verdict-sources',
  about: 'verdict-about',
} as const;

/** The page behind the first page: reasons, scores with all their losses, gates, and what was read. */
export function verdictSection(
  lookup: Lookup,
  edition: Edition,
  { paper }: { readonly paper: boolean },
): SectionView {
  const { report } = lookup;
  const { reasons } = report.judgement;
  const entities = entityTable(report);
  const unseen = unseenTable(lookup);
  const taken = takenTable(lookup);
  const parts = [
    {
      anchor: VERDICT_PARTS.reasons,
      title: 'Reasons',
      blocks: [sentences(reasons, 'Nothing that could be checked speaks against it.', lookup)],
    },
    {
      anchor: VERDICT_PARTS.green,
      title: 'What would make this green',
      blocks: [sentences(report.judgement.green, 'It is green.', lookup)],
    },
    {
      anchor: VERDICT_PARTS.scores,
      title: 'Scores',
      blocks: [
        table(scoreTable(lookup), 'Scores', 'None.'),
        ...checks(lookup, paper),
        ...(taken.rows.length === 0 ? [] : [table(taken, 'What findings take', '')]),
      ],
    },
    ...(unseen.rows.length === 0
      ? []
      : [
          {
            anchor: VERDICT_PARTS.unseen,
            title: 'What was not checked',
            blocks: [table(unseen, 'Not checked', '')],
          },
        ]),
    { anchor: VERDICT_PARTS.changes, title: 'What changed', blocks: [changes(report)] },
    {
      anchor: VERDICT_PARTS.gates,
      title: 'Conditions under which no window passes',
      blocks: [table(gateTable(lookup), 'Conditions', NO_GATE)],
    },
    {
      anchor: VERDICT_PARTS.sources,
      title: 'What was read',
      blocks: [
        table(sourceTable(report), 'Sources', 'None.'),
        ...(entities.rows.length === 0 ? [] : [table(entities, 'Entities', '')]),
        ...(report.absent === ''
          ? []
          : [{ partial: 'block-paragraph', view: { text: inlineHtml([report.absent], lookup) } } as const]),
      ],
    },
    {
      anchor: VERDICT_PARTS.about,
      title: 'About this report',
      blocks: [aboutFacts(lookup, edition), { partial: 'block-paragraph', view: { text: EXPLAINED } }],
    },
  ];
  return {
    ...VERDICT,
    className: 'verdict-parts',
    folded: false,
    error: '',
    parts: parts.map((part) => ({ ...part, className: 'part' })),
  };
}

function sentences(texts: readonly Text[], empty: string, lookup: Lookup): BlockView {
  const items = texts.map((text) => ({ lead: '', detail: inlineHtml(text, lookup), rule: '', href: '' }));
  return { partial: 'block-list', view: { ordered: true, empty, items } };
}

/** All of them: the first page names a few of each. */
function changes(report: Report): BlockView {
  const none = comparison(report);
  const items = (none === '' ? changeLists(report) : []).map(([word, list]) => ({
    lead: `${word}: `,
    detail: list,
    rule: '',
    href: '',
  }));
  return { partial: 'block-list', view: { ordered: false, empty: none, items } };
}

function table(view: TableView, label: string, empty: string): BlockView {
  return { partial: 'block-table', view: htmlTable(view, '', label, empty) };
}

/** Paper names the checks that gave all in one sentence; the screen has a row for each. */
function checks(lookup: Lookup, paper: boolean): readonly BlockView[] {
  const all = checkTable(lookup);
  if (!paper || all.rows.length === 0) return [table(all, 'What checks give', 'No check applies.')];
  const { losing, others } = checksByLoss(lookup);
  return [
    ...(losing.rows.length === 0 ? [] : [table(losing, 'What checks take', '')]),
    ...(others === '' ? [] : [{ partial: 'block-paragraph', view: { text: inlineHtml([others], lookup) } }]),
  ];
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
