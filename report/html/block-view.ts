import type { Block } from '../../audit/block.ts';
import { formatValue } from '../../audit/format.ts';
import { chartSvg } from '../charts/chart.ts';
import { chartTitle } from '../charts/chart-words.ts';
import { figureCell, figureWords, type Lookup } from '../lookup.ts';
import { findingAnchor } from '../outline.ts';
import { tableView } from '../table-view.ts';
import { fileNames, fileTable } from '../file-table.ts';
import type { Report } from '../../audit/report.ts';
import { queryTable, queryTexts, relationTexts, type FoldedText } from '../query-table.ts';
import { findingView } from './finding-view.ts';
import type { HrefOf } from './links.ts';
import { codeHtml, inlineHtml, isEmpty } from './inline.ts';
import { metricsHtml } from './metrics-html.ts';
import { htmlTable, type HtmlTable } from './table-html.ts';
import { safeHtml } from './safe-html.ts';

/** A block ready to print: the partial of its type and what that prints. */
export interface BlockView {
  readonly partial: string;
  readonly view: object;
}

/** The document that blocks are put in: for paper or for the screen, and what must exist once in it. */
export interface DocumentIds {
  /** Paper names what the screen folds. */
  readonly paper: boolean;
  /** Where a file beside the report is. */
  readonly hrefOf: HrefOf;
  nextChart(): string;
  /** True the first time that a finding is asked for. */
  claimFinding(id: string): boolean;
}

export function createDocumentIds(paper: boolean, hrefOf: HrefOf): DocumentIds {
  const claimed = new Set<string>();
  let charts = 0;
  return {
    paper,
    hrefOf,
    nextChart() {
      charts += 1;
      return `chart-${String(charts)}`;
    },
    claimFinding(id) {
      const first = !claimed.has(id);
      claimed.add(id);
      return first;
    },
  };
}

export function blockView(block: Block, lookup: Lookup, ids: DocumentIds): BlockView {
  return { partial: `block-${block.type}`, view: viewOf(block, lookup, ids) };
}

function viewOf(block: Block, lookup: Lookup, ids: DocumentIds): object {
  switch (block.type) {
    case 'paragraph':
      return { text: inlineHtml(block.text, lookup) };
    case 'note':
      return { tone: block.tone, text: inlineHtml(block.text, lookup) };
    case 'metrics':
      return metricsHtml(block, lookup, ids.paper);
    case 'table': {
      const dataset = lookup.dataset(block.dataset);
      const view = tableView(
        dataset,
        ids.paper ? Math.min(block.limit, PAPER_ROWS) : block.limit,
        lookup.day,
      );
      return htmlTable(
        view,
        block.title ?? '',
        block.title ?? dataset.title,
        inlineHtml(block.empty, lookup),
        ids.hrefOf,
      );
    }
    case 'chart':
      return chartView(block, lookup, ids);
    case 'findings':
      return {
        findings: block.findings.map((id) =>
          findingView(lookup.finding(id), lookup, { ...ids, anchored: ids.claimFinding(id) }),
        ),
        none: inlineHtml(block.none, lookup),
      };
    case 'list':
      return list(block, lookup);
    case 'checklist':
      return {
        items: block.items.map(({ done, text }) => ({
          state: done ? 'done' : 'open',
          text: inlineHtml(text, lookup),
        })),
      };
    case 'code':
      return codeView(block);
    case 'glance':
      return glanceView(block, lookup);
    case 'files':
      return ids.paper
        ? paperColumns(
            htmlTable(
              fileNames(lookup.report.files),
              '',
              'Data files',
              'There are no data files.',
              ids.hrefOf,
            ),
          )
        : htmlTable(
            fileTable(lookup.report.files, lookup.day),
            '',
            'Data files',
            'There are no data files.',
            ids.hrefOf,
          );
    case 'queries':
      return queriesView(lookup.report, ids);
  }
}

export function chartView(
  block: Extract<Block, { type: 'chart' }>,
  lookup: Lookup,
  ids: DocumentIds,
): object {
  return {
    title: chartTitle(block, lookup),
    subtitle: inlineHtml(block.subtitle, lookup),
    svg: safeHtml(chartSvg(block, lookup, ids.nextChart())),
  };
}

export function glanceView(block: Extract<Block, { type: 'glance' }>, lookup: Lookup): object {
  return {
    figures: block.figures.map(({ key, title }) => {
      const figure = lookup.figure(key);
      const missing = figure.value === null;
      // Money says its currency below, with the title, so that the numbers stand alike.
      const currency = figure.unit === 'money' && !missing ? figure.currency : undefined;
      const value =
        currency === undefined
          ? figureCell(figure, lookup)
          : formatValue(figure.value, figure.unit, { currency, bare: true });
      return {
        title: currency === undefined ? title : `${title}, ${currency}`,
        value: missing ? figureWords(figure, lookup) : value,
        missing,
      };
    }),
  };
}

/** Rows that paper has of a table; its file has all. */
const PAPER_ROWS = 8;

/** Paper lists the queries; the screen has their texts, folded. */
function queriesView(report: Report, { paper }: DocumentIds): object {
  return {
    table: paper ? paperColumns(htmlTable(queryTable(report), '', 'Queries', 'No query was run.')) : null,
    texts: paper ? [] : queryTexts(report).map(foldedView),
    relations: paper ? [] : relationTexts(report).map(foldedView),
    relationsTitle: `What the mapping ${report.bot.mapping} makes of the relations`,
  };
}

function foldedView({ title, remark, text }: FoldedText): object {
  return { title, remark, text: codeHtml(text) };
}

/** A long table of short rows, set in columns. */
function paperColumns(table: HtmlTable): HtmlTable {
  return { ...table, reference: true };
}

function list(block: Extract<Block, { type: 'list' }>, lookup: Lookup): object {
  return {
    ordered: block.ordered,
    empty: inlineHtml(block.empty, lookup),
    items: block.items.map(({ lead, detail, finding }) => ({
      lead: inlineHtml(lead, lookup),
      detail: detail === undefined || isEmpty(detail) ? '' : inlineHtml(detail, lookup),
      rule: finding === undefined ? '' : lookup.finding(finding).rule,
      href: finding === undefined ? '' : findingAnchor(finding),
    })),
  };
}

const CODE_COLUMNS = 3;
/** Fewer stand under each other. */
const MANY_LINES = 12;

function codeView({ title, text }: Extract<Block, { type: 'code' }>): object {
  const columns = codeColumns(text).map(codeHtml);
  return { title: title ?? '', columns, density: columns.length === 1 ? 'one' : 'columns' };
}

/** Long lists of short lines (a configuration) are set in columns. (A multi-column `pre` is printed as one.) */
function codeColumns(text: string): readonly string[] {
  const lines = text.split('\n');
  const narrow = lines.filter((line) => line.length > 46).length <= lines.length / 20;
  if (lines.length <= MANY_LINES || !narrow) return [text];
  const each = Math.ceil(lines.length / CODE_COLUMNS);
  return Array.from({ length: CODE_COLUMNS }, (_, column) =>
    lines.slice(column * each, (column + 1) * each).join('\n'),
  ).filter((column) => column !== '');
}
