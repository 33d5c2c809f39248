import type { Block } from '../../audit/block.ts';
import { EVIDENCE_ROWS } from '../../audit/finding.ts';
import { chartTitle } from '../charts/chart-words.ts';
import { escapeXml } from '../charts/svg.ts';
import { fileTable } from '../file-table.ts';
import { figureWords, type Lookup } from '../lookup.ts';
import { metricsView } from '../metrics-view.ts';
import { queryTexts, relationTexts, type FoldedText } from '../query-table.ts';
import { tableView } from '../table-view.ts';
import { chartTable, gapWords } from './chart-table.ts';
import { atLineStart, codeBlock, codeSpan, escapeMarkdown } from './escape.ts';
import { findingMarkdown } from './finding.ts';
import { bold, inlineMarkdown, paragraphMarkdown } from './inline.ts';
import { gfmTable, tableMarkdown } from './table.ts';

/** How much is left out for length: nothing; tables of charts; all but the first rows of tables as well. */
export type Brevity = 0 | 1 | 2;

/** Rows of a table where length matters most. */
const FEW_ROWS = 3;

/** A block as Markdown blocks, to be separated by blank lines. */
export function blockMarkdown(block: Block, lookup: Lookup, brevity: Brevity = 0): readonly string[] {
  switch (block.type) {
    case 'paragraph':
      return [paragraphMarkdown(block.text, lookup)];
    case 'note':
      return [
        `> ${block.tone === 'bad' || block.tone === 'warning' ? '⚠️ ' : ''}${inlineMarkdown(block.text, lookup)}`,
      ];
    case 'metrics':
      return metrics(block, lookup);
    case 'table': {
      const view = tableView(lookup.dataset(block.dataset), rowsShown(block.limit, brevity), lookup.day);
      return [...titleOf(block.title), tableMarkdown(view, paragraphMarkdown(block.empty, lookup))];
    }
    case 'chart':
      return chartMarkdown(block, lookup, brevity);
    case 'findings':
      if (block.findings.length === 0) return [paragraphMarkdown(block.none, lookup)];
      return block.findings.flatMap((id) =>
        findingMarkdown(lookup.finding(id), lookup, rowsShown(EVIDENCE_ROWS, brevity)),
      );
    case 'list':
      return [list(block, lookup)];
    case 'checklist':
      return [
        block.items
          .map(({ done, text }) => `- [${done ? 'x' : ' '}] ${inlineMarkdown(text, lookup)}`)
          .join('\n'),
      ];
    case 'code':
      return [...titleOf(block.title), codeBlock(block.text, block.language)];
    case 'glance':
      return [glanceMarkdown(block, lookup)];
    case 'files':
      return [files(lookup)];
    case 'queries':
      return queries(lookup);
  }
}

function rowsShown(limit: number, brevity: Brevity): number {
  return brevity === 2 ? Math.min(limit, FEW_ROWS) : limit;
}

export function chartMarkdown(
  block: Extract<Block, { type: 'chart' }>,
  lookup: Lookup,
  brevity: Brevity = 0,
): readonly string[] {
  const gaps = gapWords(block);
  return [
    `${bold(escapeMarkdown(chartTitle(block, lookup)))} ${inlineMarkdown(block.subtitle, lookup)}`,
    brevity === 0 ? tableMarkdown(chartTable(block, lookup), '') : escapeMarkdown(block.alt),
    ...(gaps === '' ? [] : [escapeMarkdown(gaps)]),
  ];
}

/** `- **opened:** 207`, as the template's list of statistics. */
export function glanceMarkdown(block: Extract<Block, { type: 'glance' }>, lookup: Lookup): string {
  return block.figures
    .map(
      ({ key, title }) =>
        `- **${escapeMarkdown(title)}:** ${escapeMarkdown(figureWords(lookup.figure(key), lookup))}`,
    )
    .join('\n');
}

function titleOf(title: string | undefined): readonly string[] {
  return title === undefined || title === '' ? [] : [bold(escapeMarkdown(title))];
}

function metrics(block: Extract<Block, { type: 'metrics' }>, lookup: Lookup): readonly string[] {
  const view = metricsView(block, lookup);
  const columns = [
    { title: 'Metric', number: false },
    ...view.columns.map((title) => ({ title, number: true })),
    ...(view.hasBasis ? [{ title: 'Basis', number: false }] : []),
  ];
  const rows = view.rows.map((row) => [
    escapeMarkdown(row.title),
    ...row.cells.map(({ text, mark }) =>
      mark === '' ? escapeMarkdown(text) : `${escapeMarkdown(text)} (${mark})`,
    ),
    ...(view.hasBasis ? [inlineMarkdown(row.basis, lookup, true)] : []),
  ]);
  const notes = view.notes.map(({ mark, text }) => `(${mark}) ${escapeMarkdown(text)}`).join(' · ');
  return [
    ...titleOf(block.title),
    ...(view.sharedBasis.length === 0 ? [] : [paragraphMarkdown(view.sharedBasis, lookup)]),
    ...view.missing.map(
      ({ reason, titles }) => `Not available (${escapeMarkdown(reason)}): ${escapeMarkdown(titles)}.`,
    ),
    ...(rows.length === 0 ? [] : [gfmTable(columns, rows)]),
    ...(notes === '' ? [] : [notes]),
  ];
}

function list(block: Extract<Block, { type: 'list' }>, lookup: Lookup): string {
  if (block.items.length === 0) return paragraphMarkdown(block.empty, lookup);
  return block.items
    .map(({ lead, detail, finding }, index) => {
      const issue = finding === undefined ? '' : `**[Issue ${String(lookup.issueNumber(finding))}]** - `;
      const words = inlineMarkdown(lead, lookup);
      const more = detail === undefined ? '' : ` - ${inlineMarkdown(detail, lookup)}`;
      return `${block.ordered ? `${String(index + 1)}.` : '-'} ${issue}${issue === '' ? bold(words) : words}${more}`;
    })
    .join('\n');
}

/** GitHub folds `details`; what is in them is escaped like all else. */
function queries({ report }: Lookup): readonly string[] {
  const folded = ({ title, remark, text }: FoldedText): string =>
    [
      `<details><summary>${[title, remark]
        .filter((word) => word !== '')
        .map(escapeXml)
        .join(' · ')}</summary>`,
      codeBlock(text, 'sql'),
      '</details>',
    ].join('\n\n');
  const relations = relationTexts(report);
  return [
    ...queryTexts(report).map(folded),
    ...(relations.length === 0
      ? []
      : [bold(`What the mapping ${escapeMarkdown(report.bot.mapping)} makes of the relations`)]),
    ...relations.map(folded),
  ];
}

function files(lookup: Lookup): string {
  const view = fileTable(lookup.report.files, lookup.day);
  if (view.rows.length === 0) return 'There are no data files.';
  return gfmTable(
    view.columns,
    view.rows.map((row) =>
      row.map((text, index) =>
        index === 0 || index === 6 ? codeSpan(text, true) : atLineStart(escapeMarkdown(text)),
      ),
    ),
  );
}
