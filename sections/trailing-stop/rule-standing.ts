import type { Unit } from '../../audit/figure.ts';
import { rowBefore } from '../../audit/history.ts';
import { latency } from '../../audit/statistics.ts';
import { text } from '../../audit/text.ts';
import { isKnown, missing, type Missing, type Value } from '../../audit/value.ts';
import { rule, type Group } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { seeUpdates } from './see-updates.ts';
import { callShare } from './statistics.ts';

/** A window in which the measure was over its limit, newest first. */
interface Over {
  readonly from: string;
  readonly to: string;
  readonly value: number;
}
interface Measure {
  /** The figure that later windows remember. */
  readonly figure: string;
  readonly title: string;
  readonly unit: Unit;
  readonly limit: 'ackP95Ms' | 'callSharePercent';
  readonly value: Value<number>;
  readonly advice: string;
}

function measuresOf({ moves }: Facts, input: Input): readonly Measure[] {
  const share = callShare(moves.length, null, input);
  return [
    {
      figure: 'trailing_ack_p95',
      title: 'Time of an update, P95',
      unit: 'ms',
      limit: 'ackP95Ms',
      value: latency(moves.flatMap(({ durationMs }) => durationMs ?? [])).p95,
      advice:
        'On paper first: send the moves of trailing stops before prices and balances, amend instead of cancel and create, and let the exchange trail where it can.',
    },
    {
      figure: 'trailing_call_share',
      title: 'Share of the order requests',
      unit: 'percent',
      limit: 'callSharePercent',
      value: typeof share.value === 'object' && share.value !== null ? share.value : share,
      advice:
        'On paper first: a larger step and a shortest pause between two moves of a stop, and no move that a later one of the same second replaces.',
    },
  ];
}

/** Measures without a rule of their own that were over their limits in this window and in those just before it. */
function standing(facts: Facts, input: Input): readonly Group<Over, Measure>[] {
  const { history, window, settings } = input;
  return measuresOf(facts, input).flatMap((measure) => {
    if (!isKnown(measure.value)) return [];
    const row = [
      { ...window, value: measure.value.value },
      ...rowBefore(history, window).map((one) => ({
        ...one.window,
        value: Number(one.figures[measure.figure] ?? Number.NaN),
      })),
    ];
    const end = row.findIndex(({ value }) => !(value > settings[measure.limit]));
    const found = end === -1 ? row : row.slice(0, end);
    return found.length < settings.standingWindows
      ? []
      : [{ venue: null, found, of: measure, labels: { measure: measure.figure }, kind: measure.figure }];
  });
}

/** Over its limit now, and fewer reports before than it takes: nobody can say for how long. */
function tooEarly(facts: Facts, input: Input): Missing | null {
  const { history, window, settings } = input;
  const before = rowBefore(history, window).length;
  const isOver = ({ value, limit }: Measure): boolean => isKnown(value) && value.value > settings[limit];
  return before + 1 < settings.standingWindows && measuresOf(facts, input).some(isOver)
    ? missing('no_data', `${String(before)} windows just before have a report`)
    : null;
}

/** Yellow for several windows running: nothing is broken, and the algorithm is worth a trial (catalogue AL-01). */
export const standingMeasure = rule<Facts, Input>()({
  id: 'AL-01',
  title: 'Algorithm improvement',
  dimension: 'performance',
  condition: ({ ackP95Ms, callSharePercent, standingWindows }) =>
    `for at least ${String(standingWindows)} windows in a row P95 of the updates of trailing stops above ${String(ackP95Ms)} ms, or they over ${String(callSharePercent)} % of the order requests; LOW, MEDIUM from twice as many windows on`,
  effort: 'medium',
  find: standing,
  unseen: (facts, input) => facts.unseen ?? tooEarly(facts, input),
  from: { basis: 'updates of trailing stops and earlier reports', queries: asked('updates', 'calls') },
  numbers: ({ of: { title, unit }, of: measure, found, policy }) => ({
    standing: { unit, title, value: measure.value, formula: `figure ${measure.figure} of this window` },
    standing_windows: {
      unit: 'count',
      title: 'Windows in a row over the limit',
      value: found.length,
      formula: 'this window and those just before it whose reports have the figure over the limit in force',
    },
    standing_limit: policy(measure.limit, `Limit of: ${title}`),
  }),
  severity: ({ found, input }) => (found.length < 2 * input.settings.standingWindows ? 'LOW' : 'MEDIUM'),
  causes: () => [],
  otherwise:
    'It is so in each of these windows, so it is how the bot works and no incident; why is not recorded.',
  occurrence: (_over, { of: { title }, input }) => ({
    subject: title,
    at: input.window.from,
    until: input.window.to,
  }),
  frequency: () => 1,
  evidence: {
    id: 'trailing-stop.standing',
    suffix: ({ of: { figure } }) => figure.replaceAll('_', '-'),
    title: ({ of: { title } }) => `${title}, window by window`,
    table: ({ of: { title, unit } }) =>
      table<Over>({
        measure: col.text('Measure', () => title),
        from: col.time('From', ({ from }) => from),
        to: col.time('To', ({ to }) => to),
        value: (unit === 'ms' ? col.ms : col.percent)('Measured', ({ value }) => value),
      }),
  },
  see: ({ facts }) => seeUpdates(facts.active),
  words: (n, { of: { title, advice } }) => ({
    title: text`${title} of trailing stops over its limit in ${n.standing_windows} windows in a row`,
    description: text`It is ${n.standing}, and should be at most ${n.standing_limit}; so it was in the windows before.`,
    financial: 'A stop that moves late gives back more of a gain than the strategy means to.',
    operational: 'Requests of trailing stops stand in the way of entries and exits.',
    risk: 'Between two moves the old stop stands: it protects less than the bot believes.',
    detection: 'No alert is known to look at it.',
    recommendation: advice,
    verification: text`The same figure is at most ${n.standing_limit} in the next windows, and exits by trailing stop keep no less of the best move.`,
  }),
});
