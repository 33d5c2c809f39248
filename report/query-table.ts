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

/** The queries by title, with the rows that they gave; those that gave none in one sentence. */
export function queryTable({ queries }: Report): TableView {
  const isEmpty = ({ status, rowCount }: QueryRun): boolean => status === 'ok' && rowCount === 0;
  const none = queries.filter(isEmpty).map(({ title }) => oneLine(title));
  return {
    columns: [
      { title: 'Query', number: false },
      { title: 'Rows', number: true },
    ],
    rows: queries.filter((run) => !isEmpty(run)).map((run) => [oneLine(run.title), gave(run)]),
    note: none.length === 0 ? null : `No row: ${none.join('; ')}.`,
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
