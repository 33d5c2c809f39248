import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { judgedStates } from '../shared/facts/states.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { PendingRow } from '../shared/queries/decisions.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { pendingTable } from './statistics.ts';

/** Decisions that nothing carried out, refused or called off. */
export const stuckDecisions = rule<Facts, Input>()({
  id: 'OP-03',
  title: 'Stuck decisions',
  dimension: 'stability',
  condition: ({ stuckMost, stuckMin }) =>
    `more than ${String(stuckMost)} decisions that are pending at the end for longer than ${String(stuckMin)} min`,
  effort: 'low',
  find: ({ stuck }, { settings }) => (stuck.length > settings.stuckMost ? wholeBot(stuck) : []),
  from: { basis: 'decisions', queries: asked('pending') },
  numbers: ({ found, input, policy }) => ({
    stuck: num.count(
      'Decisions that are stuck',
      found.length,
      'pending at the end, decided longer ago than the limit',
    ),
    oldest: num.min(
      'Oldest of them',
      Math.max(...found.map(({ at }) => ms(input.window.to) - ms(at))) / 60_000,
      'end of the window - time of the decision',
    ),
    most: policy('stuckMost', 'Accepted number of them'),
    limit: policy('stuckMin', 'Time in which a decision is carried out'),
  }),
  severity: () => 'HIGH',
  causes: ({ found, facts, input }) => {
    const first = Math.min(...found.map(({ at }) => ms(at)));
    const states = judgedStates(input.rows.states);
    const symbols = new Set(found.map(({ symbol }) => symbol));
    const { lastExecutedAt } = facts;
    return [
      hypothesis('trading-paused', 'Trading was stopped, so nothing was to be carried out.', [
        'a switch that stops all trading is on at the end of the window',
        input.rows.states.ok ? states.some(({ says }) => says === 'blocks') : null,
      ]),
      hypothesis('one-symbol', 'Decisions on one instrument are not carried out, and others are.', [
        'all of them are about one symbol',
        symbols.size === 1,
      ]),
      hypothesis('queue-stopped', 'Whatever takes decisions from the queue has stopped.', [
        'no execution was written after the first of them',
        input.rows.executions.ok ? (lastExecutedAt ?? -Infinity) < first : null,
      ]),
    ];
  },
  otherwise: 'Others were carried out meanwhile; why these were not is not recorded.',
  occurrence: ({ id, at }: PendingRow, { input }) => ({
    subject: id,
    at: ms(at),
    until: input.window.to,
  }),
  evidence: {
    id: 'race-conditions.stuck',
    title: 'Decisions that are stuck',
    table: ({ input }) => pendingTable(input),
  },
  see: ({ found }) =>
    seeRows(
      'decision',
      'id, at, symbol, decision, status, reason_code',
      'id',
      found.map(({ id }) => id),
      'at, id',
    ),
  words: (n, { found }) => ({
    title: text`${n.stuck} decisions wait for longer than ${n.limit}`,
    description: text`${names(found.map(({ symbol }) => symbol ?? 'unknown'))}: ${n.stuck} ${noun(found.length, 'decision is', 'decisions are')} pending at the end, the oldest for ${n.oldest}; ${n.most} of them are accepted.`,
    financial:
      'Entries that were not made cost what they would have earned; exits that were not made cost what the market takes.',
    operational: 'The strategy goes on deciding as if they had been carried out.',
    risk: 'A queue that is emptied later trades on prices of long ago.',
    detection: 'No alert is known to have fired for them.',
    recommendation:
      'Cancel what is too old to be true, never carry it out late; then look at the worker that takes decisions, and at what it waits for.',
    verification: text`At most ${n.most} decisions are pending for longer than ${n.limit} at the end of the next window.`,
  }),
});
