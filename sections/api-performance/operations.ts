import { isKnown, missing, type Value } from '../../audit/value.ts';
import type { Output } from '../../audit/section.ts';
import { lines, unshown, type ColumnOf } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { durationsOf, GIVEN_UP, withinSlo, type Durations } from './durations.ts';
import { callsOf, type CallGroup, type ErrorGroup, type Facts } from './facts.ts';
import { asked, OPERATIONS, SECTION, titleOf, type Input, type OperationKind } from './input.ts';

/** One kind of operation, of one exchange or of all: its calls, durations and how it met its objective. */
export interface OperationUse extends Durations {
  readonly kind: OperationKind;
  readonly title: string;
  readonly calls: number;
  /** Given up before an answer came. */
  readonly givenUp: number;
  readonly sloMs: number | null;
  /** Percent answered within the objective; missing without one, and with too few calls. */
  readonly attained: Value<number>;
  readonly slow: number;
}

/** The operations that were called, in the order of the template. */
export function operationsOf(groups: readonly CallGroup[], { settings }: Input): readonly OperationUse[] {
  return OPERATIONS.flatMap(({ kind, title, slo }) => {
    const own = groups.filter((group) => group.kind === kind);
    if (own.length === 0) return [];
    return [useOf(own, { kind, title, sloMs: slo === null ? null : settings[slo] }, settings.minCalls)];
  });
}

function useOf(
  groups: readonly CallGroup[],
  head: Pick<OperationUse, 'kind' | 'title' | 'sloMs'>,
  minCalls: number,
): OperationUse {
  const { sloMs } = head;
  const { good, n } = sloMs === null ? { good: 0, n: 0 } : withinSlo(groups, sloMs);
  return {
    ...head,
    ...durationsOf(groups),
    calls: callsOf(groups),
    givenUp: callsOf(groups.filter(({ outcome }) => GIVEN_UP.has(outcome))),
    attained:
      sloMs === null
        ? missing('not_applicable', 'it has no objective')
        : n < minCalls
          ? missing('insufficient_n', `${String(n)} of ${String(minCalls)} calls`)
          : { value: (100 * good) / n },
    slow: n - good,
  };
}

const STATISTICS = { avg: 'average', p95: 'P95', p99: 'P99', max: 'longest' } as const;
type Statistic = keyof typeof STATISTICS;

/** Figures AP3 and AP4 by kind of operation. */
export function operationLines(facts: Facts, input: Input) {
  const uses = operationsOf(facts.groups, input);
  return lines<OperationUse>({
    columns: uses.map((use): ColumnOf<OperationUse> => ({
      is: use,
      title: use.title,
      labels: { operation: use.kind },
      suffix: `: ${use.title.toLowerCase()}`,
    })),
    basis: 'API log',
    queries: asked('durations'),
    currency: input.bot.quoteCurrency,
    unseen: facts.unseen,
    lines: [
      unshown('AP3', 'count', 'api_operation_calls', 'Calls', {
        formula: 'rows of the kind of operation, each attempt one',
        of: ({ calls }) => calls,
      }),
      ...(Object.keys(STATISTICS) as Statistic[]).map((stat) =>
        unshown<OperationUse>('AP3', 'ms', `api_${stat}`, `Duration, ${STATISTICS[stat]}`, {
          formula: `${STATISTICS[stat]} of the durations in whole ms, nearest rank; a call that was given up counts with the time until then`,
          of: (use) => ({ value: use[stat], n: use.n }),
        }),
      ),
      unshown('AP4', 'percent', 'api_attained', 'Answered within the objective', {
        formula: '100 x calls answered within the objective / calls with a duration',
        of: (use) => ({ value: use.attained, n: use.n }),
      }),
      unshown('AP4', 'percent', 'api_budget_left', 'Error budget left', {
        formula:
          '100 x (1 - (100 - answered within the objective) / (100 - policy api-performance.sloTargetPct)); below 0 it is overdrawn',
        of: ({ attained, n }) => ({ value: budgetLeft(attained, input.settings.sloTargetPct), n }),
      }),
    ],
  });
}

/** Percent of the misses that the target allows and that were not used up; of a target without any there is no budget. */
function budgetLeft(attained: Value<number>, target: number): Value<number> {
  if (!isKnown(attained)) return attained;
  return target === 100
    ? missing('not_applicable', 'the target allows no miss')
    : { value: 100 * (1 - (100 - attained.value) / (100 - target)) };
}

const operations = table<OperationUse>({
  operation: col.text('Operation', ({ title }) => title),
  calls: col.count('Operations', ({ calls }) => calls),
  avg: col.ms('Avg (ms)', ({ avg }) => avg),
  p95: col.ms('P95 (ms)', ({ p95 }) => p95),
  p99: col.ms('P99 (ms)', ({ p99 }) => p99),
  max: col.ms('Longest (ms)', ({ max }) => max),
  timeouts: col.count('Timeouts', ({ givenUp }) => givenUp),
  attained: col.percent('Within objective (%)', ({ attained }) => attained),
});

type NamedUse = OperationUse & { readonly venue: string; readonly operation: string };
const named = table<NamedUse>({
  exchange: col.text('Exchange', ({ venue }) => venue),
  operation: col.text('Operation', ({ operation }) => operation),
  kind: col.text('Kind', ({ title }) => title),
  calls: col.count('Calls', ({ calls }) => calls),
  avg: col.ms('Avg (ms)', ({ avg }) => avg),
  p95: col.ms('P95 (ms)', ({ p95 }) => p95),
  p99: col.ms('P99 (ms)', ({ p99 }) => p99),
  max: col.ms('Longest (ms)', ({ max }) => max),
  timeouts: col.count('Timeouts', ({ givenUp }) => givenUp),
});

const errors = table<ErrorGroup>({
  exchange: col.text('Exchange', ({ venue }) => venue),
  class: col.text('Error type', (one) => classTitle(one.class)),
  count: col.count('Count', ({ calls }) => calls),
  first: col.time('First seen', ({ first_at: first }) => first),
  last: col.time('Last seen', ({ last_at: last }) => last),
  operation: col.text('Operation', ({ operation }) => operation ?? 'not named'),
  status: col.text('HTTP', ({ http_status: status }) => (status === null ? '' : String(status))),
  codes: col.text('Codes', ({ codes }) => (codes ?? []).join(', ')),
});

/** Tables 5.1 and 5.2 of the template, and the operations by their own names. */
export function defineTables(facts: Facts, input: Input, out: Output): void {
  const define = tablesOf(out, SECTION, input.bot.quoteCurrency, asked);
  const most = [...facts.errors].sort((a, b) => b.calls - a.calls || (a.first_at < b.first_at ? -1 : 1));
  define(errors, 'errors', 'Error distribution', most, 'errors');
  define(operations, 'operations', 'Performance metrics', operationsOf(facts.groups, input), 'durations');
  const byName = groupBy(facts.groups, ({ venue, operation, kind }) =>
    JSON.stringify([venue, operation, kind]),
  );
  const uses = [...byName.values()].flatMap((own): NamedUse[] => {
    const [first] = own;
    if (first === undefined) return [];
    const { venue, operation, kind } = first;
    const head = { kind, title: titleOf(kind), sloMs: null };
    return [{ venue, operation, ...useOf(own, head, input.settings.minCalls) }];
  });
  const bySize = uses.sort((a, b) => b.calls - a.calls || (a.operation < b.operation ? -1 : 1));
  define(named, 'calls', 'Calls by exchange and operation', bySize, 'durations');
}

const TITLES: Readonly<Record<string, string>> = {
  timeout: 'Timeout',
  rate_limit: 'Rate limit',
  auth: 'Keys or permission',
  timestamp: 'Timestamp',
  insufficient_margin: 'Insufficient margin',
  filter: 'Filter',
  would_trigger: 'Would trigger at once',
  not_found: 'Not found',
  duplicate_id: 'Duplicate id',
  unknown_outcome: 'Unknown outcome',
  venue_down: 'Exchange down',
  network: 'Network',
  parse: 'Not readable',
  risk_reject: 'Risk limit',
  other: 'Other',
};

export function classTitle(name: string): string {
  return TITLES[name] ?? 'Not classified';
}
