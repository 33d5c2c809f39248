import type { Output } from '../../audit/section.ts';
import { missing } from '../../audit/value.ts';
import { counted, lines, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { TOTAL, type Facts, type Kept } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';
import { RETENTION_DAYS, type TableRow } from './queries.ts';

/** Figures ST1 and ST2. */
export function statistics(facts: Facts, { bot, settings }: Input) {
  const { unseen, tables, total, payloads, payloadBytes, reports, perDay, daysLeft, kept, unseenAge } = facts;
  const few = missing(
    'insufficient_n',
    `${String(reports)} of ${String(settings.slopeReports)} reports of storage`,
  );
  const size = counted({ id: 'ST1', unseen });
  const old = counted({
    id: 'ST2',
    unseen: unseenAge,
    basis: 'oldest rows',
    queries: asked('decision', 'execution', 'call', 'event'),
  });
  const noLimit = missing(
    'not_applicable',
    'no limit is set (policy storage.diskGb), or the tables do not grow',
  );
  return lines({
    columns: WHOLE_BOT,
    basis: 'counters of the server, when it was read',
    queries: asked('tables'),
    currency: bot.quoteCurrency,
    lines: [
      size('storage_tables', 'Tables', tables.length, 'tables of schemas that the role may use'),
      size(TOTAL, 'Size of all tables', total, {
        unit: 'bytes',
        formula: 'sum of pg_total_relation_size: rows, indexes and what is stored beside',
        row: true,
      }),
      size(
        'payload_bytes',
        'Size of payload tables',
        payloads.length === 0 ? missing('no_data', 'no table is named as one of payloads') : payloadBytes,
        {
          unit: 'bytes',
          formula: 'the same, of tables whose name holds policy storage.payloadTables',
          row: true,
        },
      ),
      size('storage_growth', 'Growth a day', perDay ?? few, {
        unit: 'bytes',
        formula: 'Theil-Sen slope of the size of all tables over the reports of storage',
        row: true,
      }),
      size('storage_days_left', 'Days until the limit', daysLeft ?? (perDay === null ? few : noLimit), {
        unit: 'ratio',
        formula: '(policy storage.diskGb - size of all tables) / growth a day',
        row: true,
      }),
      old(
        'rows_past',
        `Rows older than ${String(RETENTION_DAYS)} days`,
        kept.reduce((all, { past }) => all + past, 0),
        {
          formula:
            'decisions, executions, API calls and events older than their period at the end of the window',
          row: true,
        },
      ),
    ],
  });
}

const sizeTable = table<TableRow>({
  table: col.text('Table', ({ schema, name }) => `${schema}.${name}`),
  rows: col.count('Rows (est.)', ({ rows }) => rows),
  bytes: col.bytes('Size', ({ bytes }) => bytes),
});

export const keptTable = table<Kept>({
  table: col.text('Rows', ({ name }) => name),
  oldest: col.time('Oldest', ({ oldestAt }) => oldestAt),
  age: col.count('Age (days)', ({ ageDays }) => Math.floor(ageDays)),
  past: col.count(`Older than ${String(RETENTION_DAYS)} days`, ({ past }) => past),
});

export function defineTables({ unseen, tables, kept }: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  if (unseen === null) define(sizeTable, 'tables', 'Tables by size', tables, 'tables');
  define(keptTable, 'oldest', 'Oldest rows', kept, 'decision', 'execution', 'call', 'event');
}
