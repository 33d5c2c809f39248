import { sum } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import { counted, lines, WHOLE_BOT, type ColumnOf } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts, Quota } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';
import { LOOK_BACK_DAYS, type TaskRow } from './queries.ts';

/** Figures DS1. */
export function statistics({ tasks, unseen, goodAt, ageH }: Facts, { bot, has }: Input) {
  const of = (key: 'runs' | 'completed' | 'failed' | 'running'): number =>
    tasks.reduce((total, task) => total + task[key], 0);
  const records = (key: 'fetched' | 'created') => {
    if (!has('ingestion_run', `records_${key}`))
      return missing('missing_column', `ingestion_run.records_${key}`);
    const known = tasks.map((task) => decimalOrNull(task[key])).filter((value) => value !== null);
    return sum(known).toNumber();
  };
  const none: Missing = missing(
    'no_data',
    `no such run in the ${String(LOOK_BACK_DAYS)} days before the end`,
  );
  const line = counted({ id: 'DS1' });
  const last = { basis: 'ingestion runs', queries: asked('last') };
  return lines({
    columns: WHOLE_BOT,
    basis: 'ingestion runs',
    queries: asked('runs'),
    currency: bot.quoteCurrency,
    unseen,
    lines: [
      line('ingestion_runs', 'Runs started', of('runs'), 'runs with started_at in the window'),
      line(
        'ingestion_completed',
        'Completed',
        of('completed'),
        'of these, completed by the end of the window',
      ),
      line('ingestion_failed', 'Failed', of('failed'), 'of these, failed by the end of the window'),
      line(
        'ingestion_running',
        'Still running',
        of('running'),
        'of these, not ended at the end of the window',
      ),
      line('records_fetched', 'Records fetched', records('fetched'), 'sum of records_fetched of the runs'),
      line('records_created', 'Records created', records('created'), 'sum of records_created of the runs'),
      line('ingestion_last', 'Last run that did not fail', goodAt ?? none, {
        ...last,
        unit: 'time',
        formula: 'newest started_at before the end of runs that did not fail',
        row: true,
      }),
      line('ingestion_age', 'How long ago', ageH ?? none, {
        ...last,
        unit: 'h',
        formula: 'end of the window - start of the last run that did not fail',
        row: true,
      }),
    ],
  });
}

/** Figures DS7: the day with most calls against what a source accepts. */
export function quotaLines({ quotas }: Facts, { rows, bot, settings }: Input) {
  const columns = quotas.map((quota): ColumnOf<Quota> => ({
    is: quota,
    title: capitalised(quota.source),
    labels: { exchange: quota.source },
    suffix: `, ${capitalised(quota.source)}`,
  }));
  const head = { id: 'DS7', row: true } as const;
  return lines<Quota>({
    columns,
    basis: 'API calls',
    queries: asked('calls'),
    currency: bot.quoteCurrency,
    unseen: reasonOf(rows.calls),
    lines: [
      {
        ...head,
        name: 'quota_calls',
        unit: 'count',
        title: 'Calls of the busiest day',
        formula: 'most calls in one UTC day of the window',
        of: ({ most }) => most,
      },
      {
        ...head,
        name: 'quota_used',
        unit: 'percent',
        title: 'Share of the daily quota',
        formula: '100 x calls of the busiest day / policy ingestion.callsPerDay',
        of: ({ usedPercent }) => usedPercent,
        note: text`${quotas.some(({ usedPercent }) => usedPercent > settings.quotaWarnPct) ? 'near its quota: spread the calls, or ask for more' : 'within its quota'}`,
      },
    ],
  });
}

export const taskTable = table<TaskRow>({
  task: col.text('Task', ({ task }) => task),
  source: col.text('Source', ({ source }) => source),
  runs: col.count('Runs', ({ runs }) => runs),
  completed: col.count('Completed', ({ completed }) => completed),
  failed: col.count('Failed', ({ failed }) => failed),
  empty: col.count('Without records', ({ empty }) => empty),
  fetched: col.quantity('Fetched', ({ fetched }) => decimalOrNull(fetched)),
  created: col.quantity('Created', ({ created }) => decimalOrNull(created)),
  last: col.time('Last start', ({ last_at: last }) => last),
  error: col.text('Last error', ({ error }) => error ?? ''),
});

export function defineTables({ tasks }: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  define(taskTable, 'tasks', 'Ingestion runs by task and source', tasks, 'runs');
}
