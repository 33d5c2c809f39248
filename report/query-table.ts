import { sentence } from '../audit/text.ts';
import type { QueryRun } from '../audit/evidence.ts';
import { formatReason, formatValue } from '../audit/format.ts';
import type { Report } from '../audit/report.ts';
import type { TableView } from './table-view.ts';
import { oneLine } from './one-line.ts';

/** A text that a format folds away: a query, or what the mapping makes of a relation. */
export interface FoldedText {
  readonly title: string;
  /** What became of it: `534 rows from database`. */
  readonly remark: string;
  readonly text: string;
}

/** The queries by title, with the rows that they gave; those that gave none, or were not asked, in a sentence each. */
export function queryTable({ queries }: Report): TableView {
  const isEmpty = ({ status, rowCount }: QueryRun): boolean => status === 'ok' && rowCount === 0;
  const isSkipped = ({ status }: QueryRun): boolean => status === 'skipped';
  const named = (what: string, some: readonly QueryRun[]): readonly string[] =>
    some.length === 0 ? [] : [`${what}: ${some.map(({ title }) => oneLine(title)).join('; ')}.`];
  const notes = [...named('No row', queries.filter(isEmpty)), ...named('Skipped', queries.filter(isSkipped))];
  return {
    columns: [
      { title: 'Query', number: false },
      { title: 'Rows', number: true },
    ],
    rows: queries
      .filter((run) => !isEmpty(run) && !isSkipped(run))
      .map((run) => [oneLine(run.title), gave(run)]),
    note: notes.length === 0 ? null : notes.join(' '),
  };
}

/** Each query as it was written, on contract relations. */
export function queryTexts({ queries }: Report): readonly FoldedText[] {
  return queries.map((run) => {
    const { id, title, source, status, rowCount, written, error, reason } = run;
    const rows = `${formatValue(rowCount, 'count')} ${rowCount === 1 ? 'row' : 'rows'}`;
    const why = sentence(error ?? formatReason(reason ?? 'no_data'));
    return {
      title: oneLine(title),
      remark: oneLine(`${id}, ${status === 'ok' ? rows : `${status}: ${why}`}, of ${source}`, 600),
      text: written,
    };
  });
}

/** Each relation of the contract as the mapping makes it. */
export function relationTexts({ entities }: Report): readonly FoldedText[] {
  return entities.flatMap(({ entity, select }) =>
    select === undefined ? [] : [{ title: `@${entity}`, remark: '', text: select }],
  );
}

function gave({ status, rowCount }: QueryRun): string {
  return status === 'ok' ? formatValue(rowCount, 'count') : status;
}
