import type { Output } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import type { Rows } from '../../audit/section.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { counted, lines, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import type { Conflict } from './conflicts.ts';
import type { SeveralExecutions } from './executions.ts';
import type { GapRow, PendingRow } from '../shared/queries/decisions.ts';
import type { Facts } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';

/** Figures RC1, RC3 and RC4. */
export function statistics(
  { ofTwo, conflicts, blind, doubles, splits, undecided, instances, stuck, gaps }: Facts,
  input: Input,
) {
  const { rows, bot } = input;
  const pair = counted({
    id: 'RC1',
    basis: 'events, orders and fills',
    queries: asked('pairs', 'orders', 'fills'),
    unseen: blind,
  });
  const twice = counted({
    id: 'RC3',
    basis: 'executions',
    queries: asked('several', 'decided'),
    unseen: reasonOf(rows.several),
  });
  const of = (kind: Conflict['kind']): number => ofTwo.filter((one) => one.kind === kind).length;
  return lines({
    columns: WHOLE_BOT,
    basis: 'executions',
    queries: asked('executions'),
    currency: bot.quoteCurrency,
    lines: [
      pair(
        'concurrent_money',
        'Conflicts over money or quantity (class C)',
        of('C'),
        'pairs of two writers on one position nearer than policy race-conditions.raceS: two entries, two closes, a close and a stop that fired, a cancellation and a fill',
      ),
      pair(
        'concurrent_protection',
        'Conflicts over a stop (class B)',
        of('B'),
        'the same: a close and a stop change, two stop changes',
      ),
      pair(
        'concurrent_unknown',
        'Such pairs, writer unknown',
        conflicts.length - ofTwo.length,
        'the same, where no row names who wrote one of the two',
      ),
      counted({ id: 'DS2', basis: 'decisions', queries: asked('decisions') })(
        'decisions',
        'Decisions',
        totalOf(rows.decisions),
        'decisions with a time in the window',
      ),
      counted({ id: 'DS3', queries: asked('executions') })(
        'executions',
        'Executions',
        totalOf(rows.executions),
        'executions with a time in the window',
      ),
      twice(
        'double_executions',
        'Decisions executed twice',
        doubles.length,
        'decisions with more than one order that was filled or still can be, whose second one lies in the window',
      ),
      twice(
        'split_executions',
        'Decisions executed in slices',
        splits.length,
        'the same, where the orders together fill no more than was decided',
      ),
      twice(
        'undecided_executions',
        'Decisions of which that cannot be told',
        undecided.length,
        'the same, where a row has a status that nothing reads, or was sent and names no order',
      ),
      counted({ id: 'DS5', basis: 'decisions', queries: asked('pending'), unseen: reasonOf(rows.pending) })(
        'stuck_decisions',
        'Decisions stuck at the end',
        stuck.length,
        'pending at the end and decided longer ago than policy race-conditions.stuckMin, at most eight days ago',
      ),
      counted({
        id: 'DI10',
        basis: 'decisions and executions',
        queries: asked('gaps'),
        unseen: reasonOf(rows.gaps),
      })(
        'lineage_gaps',
        'Rows without what they follow from',
        [...new Map(gaps.map((gap) => [gap.kind, gap.of_kind])).values()].reduce((all, n) => all + n, 0),
        'executions without decision, executed decisions without execution, rows without reasons or payloads where others have them',
      ),
      counted({
        id: 'RC4',
        basis: 'heartbeats',
        queries: asked('habits'),
        unseen: reasonOf(rows.habits) ?? noInstances(input),
      })(
        'services_with_instances',
        'Services with several instances',
        instances.length,
        'services whose heartbeats name more than one instance id in the window',
      ),
    ],
  });
}

function noInstances({ has }: Input) {
  return has('heartbeat', 'instance_id') ? null : missing('missing_column', 'heartbeat.instance_id');
}

function totalOf(rows: Rows<{ readonly rows: number }>): Value<number> {
  return rows.ok ? known(rows.rows.reduce((all, row) => all + row.rows, 0)) : rows;
}

const RISK = { B: 'Medium', C: 'High' } as const;

export const conflictTable = table<Conflict>({
  position: col.text('Position', ({ position }) => position),
  exchange: col.text('Exchange', ({ venue }) => venue ?? ''),
  at: col.time('When', ({ first }) => first.at),
  first: col.text('Event 1', ({ first }) => sideText(first)),
  second: col.text('Event 2', ({ second }) => sideText(second)),
  apart: col.s('Between (s)', ({ apartS }) => apartS),
  what: col.text('Conflict', ({ what }) => what),
  risk: col.text('Risk', ({ kind, bad, known }) =>
    known ? (bad ? 'Critical' : RISK[kind]) : `${RISK[kind]}, writer unknown`,
  ),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  class: col.text('Class', ({ kind }) => kind),
  first_order: col.text('Order 1', ({ first }) => first.order),
  second_order: col.text('Order 2', ({ second }) => second.order),
});

function sideText({ type, writer }: Conflict['first']): string {
  return `${type} (${writer ?? 'writer unknown'})`;
}

export const executionTable = table<SeveralExecutions>({
  decision: col.text('Decision', ({ id }) => id),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  executions: col.count('Orders', ({ executions }) => executions),
  first: col.time('First', ({ firstAt }) => firstAt),
  last: col.time('Last', ({ lastAt }) => lastAt),
  decided: col.quantity('Decided', ({ decidedQuantity }) => decidedQuantity),
  filled: col.quantity('Filled', ({ filled }) => filled),
  verdict: col.text('Verdict', ({ verdict }) => VERDICTS[verdict]),
  exchange: col.text('Exchange', ({ venue }) => venue ?? ''),
  strategy: col.text('Strategy', ({ strategy }) => strategy),
  what: col.text('Decided what', ({ decision }) => decision),
  orders: col.text('Orders or executions', ({ orders }) => orders),
});

const VERDICTS = { double: 'executed twice', split: 'in slices', undecided: 'cannot be told' } as const;

export function defineTables({ conflicts, several }: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  define(conflictTable, 'conflicts', 'Concurrent operations', conflicts, 'pairs', 'orders', 'fills');
  define(executionTable, 'executions', 'Decisions with several orders', several, 'several', 'decided');
}

const minutesOf = (at: string, { window }: Input): number => (ms(window.to) - ms(at)) / 60_000;

export const pendingTable = (input: Input) =>
  table<PendingRow>({
    decision: col.text('Decision', ({ id }) => id),
    symbol: col.text('Symbol', ({ symbol }) => symbol),
    what: col.text('Decided what', ({ decision }) => decision),
    at: col.time('When', ({ at }) => at),
    age: col.h('Waits (h)', ({ at }) => minutesOf(at, input) / 60),
    exchange: col.text('Exchange', ({ exchange }) => exchange ?? ''),
    strategy: col.text('Strategy', ({ strategy }) => strategy),
    reason: col.text('Reason', ({ reason_code: reason }) => reason),
  });

export const gapTable = table<GapRow>({
  row: col.text('Row', ({ row_id: id }) => id),
  decision: col.text('Decision', ({ subject }) => subject),
  at: col.time('When', ({ at }) => at),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  exchange: col.text('Exchange', ({ exchange }) => exchange ?? ''),
  kind: col.text('Lacks', ({ kind }) => kind.replace('no-', '')),
});
