import { text } from '../../audit/text.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import type { SwallowedRow } from './queries.ts';

const symbolsOf = (found: readonly SwallowedRow[]): string =>
  names([...new Set(found.map(({ symbol, decision_id: id }) => symbol ?? id))]);

/** An execution failed, and neither its decision nor a second attempt shows that anybody noticed, per exchange. */
export const swallowedExecution = rule<Facts, Input>()({
  id: 'CQ-02',
  title: 'Swallowed error',
  dimension: 'stability',
  condition: ({ swallowedMin }) =>
    `an execution that failed more than ${String(swallowedMin)} min before the end, of a decision that is still pending, and nothing was sent again; or an order that the exchange refused, whose row stayed open for longer than that`,
  effort: 'medium',
  find: ({ swallowed }) => groupsByVenue(swallowed, ({ exchange }) => venueOf(exchange)),
  from: { basis: 'executions and their decisions', queries: asked('swallowed') },
  numbers: ({ found, policy }) => ({
    swallowed: num.count(
      'Failed executions without a consequence',
      found.length,
      'rejected executions that are the last of a decision that is still pending',
    ),
    noticed: num.count(
      'Failed executions whose decision was ended',
      found[0]?.ended ?? 0,
      'rejected executions that are the last of a decision that failed or was cancelled',
    ),
    time_to_notice: policy('swallowedMin', 'Time to end a decision or to send it again'),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => [
    hypothesis('never-written', 'No failure of an execution is written back to its decision.', [
      'no failed execution of the window ended its decision',
      found.every(({ ended }) => ended === 0),
    ]),
    hypothesis(
      'one-answer',
      'One answer is caught and dropped, where others end the decision.',
      ['other failed executions of the window ended their decision', found.every(({ ended }) => ended > 0)],
      ['all of these failed with one answer', new Set(found.map(({ error }) => error)).size === 1],
    ),
  ],
  otherwise: 'Some failures end their decision and these did not; what tells them apart is not recorded.',
  occurrence: ({ decision_id: id, at }, { input }) => ({ subject: id, at, until: input.window.to }),
  evidence: {
    id: 'code-quality.swallowed',
    title: 'Failed executions whose decision is still pending',
    table: table<SwallowedRow>({
      decision: col.text('Decision', ({ decision_id: id }) => id),
      execution: col.text('Execution', ({ id }) => id),
      exchange: col.text('Exchange', ({ exchange }) => exchange),
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      failed: col.time('Failed', ({ at }) => at),
      status: col.text('HTTP', ({ http_status: status }) => (status === null ? null : String(status))),
      error: col.text('Answer', ({ error }) => error),
    }),
  },
  see: ({ found }) =>
    seeRows(
      'execution',
      'id, decision_id, status, at, http_status, error_message',
      'id',
      found.map(({ id }) => id),
      'at',
    ),
  words: (n, { found, place, input }) => ({
    title: text`${n.swallowed} ${noun(found.length, 'execution')} on ${place} failed, and the ${noun(found.length, 'decision stays', 'decisions stay')} pending`,
    description: text`${symbolsOf(found)}: the execution failed, ${n.time_to_notice} and more passed, and neither was the decision ended nor anything sent again. ${n.noticed} other failed executions of the window ended their decision.`,
    financial: 'What was decided was not done, and may be done late, at another price.',
    operational: 'A decision that nobody ends looks as if it were still to be carried out.',
    risk: 'After a restart an old decision may be carried out as if it were new.',
    detection: alertsStandIn(input, 'the alerts of the same hour'),
    recommendation: text`Handle the failure where it arises: end the decisions of ${symbolsOf(found)} as failed with their reason, or send them again with the same client id while they are still meant.`,
    verification: text`No execution fails without an end of its decision or another attempt within ${n.time_to_notice} in the next window.`,
  }),
});
