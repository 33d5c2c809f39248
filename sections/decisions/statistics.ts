import type { Output } from '../../audit/section.ts';
import { wilson } from '../../audit/statistics.ts';
import { text } from '../../audit/text.ts';
import { known, missing } from '../../audit/value.ts';
import type { Failure } from '../shared/facts/failure-reasons.ts';
import { counted, lines, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Day, Facts } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';

/** Figures DS2 to DS5. */
export function statistics({ total, waiting, paused, unseen }: Facts, { rows, bot }: Input) {
  const decision = counted({ id: 'DS2', unseen });
  const execution = counted({
    id: 'DS3',
    basis: 'executions',
    queries: asked('executions'),
    unseen: reasonOf(rows.executions),
  });
  const executed = (status: string): number =>
    rowsOf(rows.executions)
      .filter((row) => row.status === status)
      .reduce((all, row) => all + row.rows, 0);
  const [done, failed] = [total('executed'), total('failed')];
  const n = done + failed;
  const rate =
    n === 0 ? missing('no_data', 'nothing was executed and nothing failed') : known((100 * failed) / n);
  return lines({
    columns: WHOLE_BOT,
    basis: 'decisions',
    queries: asked('days'),
    currency: bot.quoteCurrency,
    lines: [
      decision('decided', 'Decisions', total('decisions'), 'decisions made in the window'),
      decision('decided_executed', 'Executed', done, 'of these, executed by the end of the window'),
      decision('decided_failed', 'Failed', failed, 'of these, failed by the end of the window'),
      decision(
        'decided_pending',
        'Pending',
        total('pending'),
        'of these, not ended at the end of the window',
      ),
      decision('decided_cancelled', 'Cancelled', total('cancelled'), 'of these, called off'),
      decision('executed_later', 'Executed on a later day', total('executed_later'), {
        formula: 'executed decisions whose execution lies in a later UTC day than the decision',
        row: true,
      }),
      {
        id: 'DS4',
        name: 'decision_failure_rate',
        unit: 'percent',
        title: 'Failure rate',
        formula: '100 x failed / (executed + failed); pending and cancelled are in neither',
        unseen,
        of: () => ({ value: rate, n, interval: wilson(failed, n) }),
        row: true,
      },
      execution(
        'executions_filled',
        'Executions filled',
        executed('filled'),
        'executions of the window by status',
      ),
      execution('executions_partial', 'Executions filled in part', executed('partially_filled'), 'the same'),
      execution('executions_submitted', 'Executions submitted', executed('submitted'), 'the same'),
      execution('executions_rejected', 'Executions rejected', executed('rejected'), 'the same'),
      counted({ id: 'DS5', queries: asked('pending'), unseen: reasonOf(rows.pending) })(
        'decisions_waiting',
        'Decisions that wait too long at the end',
        waiting,
        {
          formula:
            'pending at the end for longer than policy decisions.waitingMin, decided at most eight days ago',
          row: true,
          note: text`${paused === true ? 'a switch that stops all trading is on' : paused === false ? 'trading is not stopped' : 'whether trading is stopped is not known'}`,
        },
      ),
    ],
  });
}

export const dayTable = table<Day>({
  day: col.text('Day', ({ day }) => day),
  decisions: col.count('Decisions', ({ decisions }) => decisions),
  executed: col.count('Executed', ({ executed }) => executed),
  failed: col.count('Failed', ({ failed }) => failed),
  rate: col.percent('Failed of decided (%)', ({ failurePct }) => failurePct),
  pending: col.count('Pending', ({ pending }) => pending),
  cancelled: col.count('Cancelled', ({ cancelled }) => cancelled),
  later: col.count('Executed later', ({ executed_later: later }) => later),
});

const reasonTable = (all: number) =>
  table<readonly [string, readonly Failure[]]>({
    reason: col.text('Reason', ([name]) => name),
    failures: col.count('Failures', ([, of]) => of.length),
    share: col.percent('Share (%)', ([, of]) => (100 * of.length) / all),
    symbols: col.count('Symbols', ([, of]) => new Set(of.map(({ symbol }) => symbol)).size),
    last: col.time('Last', ([, of]) => of.at(-1)?.at ?? null),
  });

export function defineTables({ days, reasons, failures }: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  define(dayTable, 'days', 'Decisions by day', days, 'days');
  define(reasonTable(failures.length), 'reasons', 'Failed decisions by reason', reasons, 'failed', 'orders');
}
