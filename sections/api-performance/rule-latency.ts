import type { Severity } from '../../audit/finding.ts';
import { text } from '../../audit/text.ts';
import { isKnown, missing } from '../../audit/value.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { during, quoted } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names } from '../shared/vocabulary/words.ts';
import { at, type CallGroup, type Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { operationsOf, type OperationUse } from './operations.ts';

/** An operation of an exchange of which too few calls were answered within the objective. */
type Missed = OperationUse & { readonly venue: string; readonly attainedPct: number };

const worstOf = (found: readonly Missed[]): Missed =>
  found.reduce((worst, one) => (one.attainedPct < worst.attainedPct ? one : worst));
const slowOf = (found: readonly Missed[]): number => found.reduce((total, { slow }) => total + slow, 0);

const SEVERITY: Readonly<Partial<Record<Missed['kind'], Severity>>> = {
  fetch_price: 'LOW',
  update_stop: 'HIGH',
};
const RANK: readonly Severity[] = ['HIGH', 'MEDIUM', 'LOW'];

/** Calls answered later than their objective, per exchange (catalogue 4.5). */
export const latencyMissed = rule<Facts, Input>()({
  id: 'AP-03',
  title: 'Latency objective missed',
  dimension: 'performance',
  condition: ({ sloTargetPct, minCalls, openSloMs, closeSloMs, stopSloMs, priceSloMs }) =>
    `fewer than ${String(sloTargetPct)} % of at least ${String(minCalls)} calls answered within their objective (open ${String(openSloMs)} ms, close ${String(closeSloMs)} ms, stop ${String(stopSloMs)} ms, price ${String(priceSloMs)} ms): LOW for prices, HIGH for stops, else MEDIUM`,
  effort: 'medium',
  find: ({ groups, venues }, input) =>
    groupsByVenue(
      venues.flatMap((venue) =>
        operationsOf(at(groups, venue), input).flatMap((use): readonly Missed[] =>
          isKnown(use.attained) && use.attained.value < input.settings.sloTargetPct
            ? [{ ...use, venue, attainedPct: use.attained.value }]
            : [],
        ),
      ),
      ({ venue }) => venue,
    ),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'API log', queries: asked('durations') },
  numbers: ({ found, policy }) => ({
    slow_calls: num.count('Calls slower than their objective', slowOf(found), {
      formula: 'calls with a duration above the objective, or given up',
    }),
    slow_attained: num.percent('Answered within the objective', worstOf(found).attainedPct, {
      formula: '100 x answered within the objective / calls with a duration',
      more: { n: worstOf(found).n },
    }),
    slow_p95: num.ms('P95', worstOf(found).p95, 'nearest rank of the durations in whole ms'),
    slow_objective: num.ms('Objective', worstOf(found).sloMs ?? missing('no_data'), 'policy api-performance'),
    slow_target: policy('sloTargetPct', 'Share to be answered within the objective'),
  }),
  severity: ({ found }) =>
    RANK.find((one) => found.some(({ kind }) => (SEVERITY[kind] ?? 'MEDIUM') === one)) ?? 'MEDIUM',
  causes({ found, venue, facts, input }) {
    const share = (givenUp: number): boolean => 100 * givenUp >= input.settings.slowSharePct * slowOf(found);
    const timeouts = found.reduce((total, { givenUp }) => total + givenUp, 0);
    const others = facts.venues.filter((one) => one !== venue);
    const elsewhere = operationsOf(
      facts.groups.filter((one) => others.includes(one.venue)),
      input,
    ).filter(({ kind }) => found.some((one) => one.kind === kind));
    const isFast =
      elsewhere.length === 0
        ? null
        : elsewhere.every(
            ({ attained }) => isKnown(attained) && attained.value >= input.settings.sloTargetPct,
          );
    return [
      hypothesis('no-answer', 'The exchange did not answer at all: most of these calls were given up.', [
        `at least ${String(input.settings.slowSharePct)} % of the slow calls had no answer`,
        share(timeouts),
      ]),
      hypothesis('exchange-slow', 'This exchange, or the way to it, is slow.', [
        'the same operations met their objective on the other exchanges',
        isFast,
      ]),
      hypothesis('bot-slow', 'The bot or its host is slow: it misses the objective on every exchange.', [
        'the same operations missed their objective on the other exchanges',
        isFast === null ? null : !isFast,
      ]),
    ];
  },
  otherwise:
    'Whether time was lost in the queue, on the way or at the exchange is not recorded: the log has one duration a call.',
  occurrence: ({ title }, { input }) => ({ subject: title, at: input.window.from, until: input.window.to }),
  frequency: ({ found }) => slowOf(found),
  explainedBy: () => [{ rule: 'AP-01' }],
  standing: false,
  evidence: {
    id: 'api-performance.slow',
    title: 'Operations below their objective',
    table: table<Missed>({
      operation: col.text('Operation', ({ title }) => title),
      calls: col.count('Calls', ({ calls }) => calls),
      slow: col.count('Slow', ({ slow }) => slow),
      attained: col.percent('Within objective (%)', ({ attainedPct }) => attainedPct),
      objective: col.ms('Objective (ms)', ({ sloMs }) => sloMs),
      p95: col.ms('P95 (ms)', ({ p95 }) => p95),
      p99: col.ms('P99 (ms)', ({ p99 }) => p99),
      max: col.ms('Longest (ms)', ({ max }) => max),
    }),
  },
  see: ({ venue, found, input, facts }) =>
    `select at, operation, duration_ms, outcome from api_call where ${during(input, 'at', venue)} and operation in (${operationNames(found, at(facts.groups, venue))}) order by duration_ms desc nulls last limit 30`,
  words: (n, { found, place }) => {
    const titles = names(found.map(({ title }) => title.toLowerCase()));
    return {
      title: text`Calls to ${place} are slow: ${titles}`,
      description: text`${n.slow_attained} of the calls were answered within ${n.slow_objective}, and ${n.slow_target} should be; their P95 is ${n.slow_p95}. ${n.slow_calls} calls were slower.`,
      financial:
        'Each entry and exit is filled later than it was decided, at the price of that time; what that cost is not recorded.',
      operational: 'Calls that wait hold those behind them.',
      risk: found.some(({ kind }) => kind === 'update_stop')
        ? 'A stop that is moved late protects less than the bot believes.'
        : 'Decisions are carried out at other prices than they were made at.',
      detection: 'No alert is known to have fired for the duration of calls.',
      recommendation:
        'Log the time in the queue, on the way and at the exchange apart, send orders before everything else, and move the host nearer if it is the way.',
      verification: text`At least ${n.slow_target} of the calls answered within their objective in the next window.`,
    };
  },
});

function operationNames(found: readonly Missed[], groups: readonly CallGroup[]): string {
  const own = groups.filter(({ kind }) => found.some((one) => one.kind === kind));
  return [...new Set(own.map(({ operation }) => quoted(operation)))].slice(0, 12).join(', ');
}
