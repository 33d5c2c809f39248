import { sum } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { seePositions } from '../shared/vocabulary/finding-query.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { abandonedTable, type Abandoned, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';

const lacksStop = (found: readonly Abandoned[]): boolean =>
  found.some(({ unprotected }) => unprotected === true);

/** Open positions that nothing evaluates any more, per exchange. */
export const abandonedPosition = rule<Facts, Input>()({
  id: 'PM-04',
  title: 'Position abandoned',
  dimension: 'risk',
  condition: ({ evaluatedMin }) =>
    `open at the end and not evaluated for more than ${String(evaluatedMin)} minutes; CRITICAL without a stop, else HIGH`,
  effort: 'medium',
  find: ({ abandoned }) => (abandoned.ok ? groupsByVenue(abandoned.found, ({ fact }) => fact.venue) : []),
  unseen: ({ abandoned }) => reasonOf(abandoned),
  from: { basis: 'bot-reported positions', queries: [positionsQuery.id] },
  numbers: ({ found, input: { shared } }) => ({
    abandoned: num.count('Open positions without an evaluation', found.length, {
      formula: 'open at the end, last evaluation longer ago than the limit',
    }),
    longest_silence: num.s(
      'Longest time without an evaluation',
      Math.max(...found.map(({ silentMs }) => silentMs)) / 1000,
      'max of end of window - last evaluation',
    ),
    limit: num.s('Longest accepted time without an evaluation', shared.thresholds.evaluatedMin * 60, {
      formula: 'policy shared.evaluatedMin',
    }),
    notional: num.money('Entry notional of these positions', sum(found.map(({ fact }) => fact.notional)), {
      formula: 'sum of entry price x quantity',
    }),
  }),
  stake: 'notional',
  severity({ found, venue, input: { shared, window } }, register) {
    const since = Math.min(...found.map(({ lastAt }) => Math.max(lastAt, ms(window.from))));
    const minutes = sum(found.map(({ fact, silentMs }) => notionalMinutes(fact.notional, silentMs)));
    const exposure = exposureOf(minutes, shared.market.equityAt(venue, since));
    // Without a stop it is CRITICAL whatever the exposure, and where stops cannot be seen a small one does not lower it.
    const lowers = found.every(({ unprotected }) => unprotected === false);
    const { thresholds } = shared;
    return withExposure(lacksStop(found) ? 'CRITICAL' : 'HIGH', exposure, { lowers, thresholds }, register);
  },
  causes({ found, venue, place, facts: { abandoned }, input }) {
    const { stoppedTogetherS } = input.settings;
    const watched = abandoned.ok ? abandoned.watched : [];
    const here = watched.filter((fact) => fact.venue === venue).length;
    const noneHere = `no other open position on ${place} was evaluated within the limit`;
    const times = found.map(({ lastAt }) => lastAt);
    return [
      hypothesis(
        'worker-stopped',
        'The worker that evaluates positions stopped: no open position is evaluated any more.',
        ['no other open position of the bot was evaluated within the limit', watched.length === 0],
        [
          `the last evaluations of all of them lie within ${String(stoppedTogetherS)} s`,
          found.length > 1 ? Math.max(...times) - Math.min(...times) <= stoppedTogetherS * 1000 : null,
        ],
      ),
      hypothesis(
        'exchange-stopped',
        `The evaluation for ${place} stopped, or no price of it arrives: no open position there is evaluated any more, while others are.`,
        [noneHere, here === 0],
        ['open positions elsewhere were evaluated within the limit', watched.length > here],
      ),
      hypothesis(
        'position-dropped',
        'These positions were dropped from the list that the worker evaluates; others on the same exchange still are.',
        [`other open positions on ${place} were evaluated within the limit`, here > 0],
      ),
    ];
  },
  otherwise: 'The data does not say why the evaluations stopped.',
  occurrence: ({ fact, lastAt }, { input }) => ({
    subject: fact.symbol,
    at: Math.max(lastAt, fact.openedAt),
    until: input.window.to,
  }),
  evidence: {
    id: 'position-management.abandoned',
    title: 'Open positions without an evaluation',
    table: abandonedTable,
  },
  see: ({ found }) =>
    seePositions(
      'exchange, symbol, opened_at, last_evaluated_at, stop_loss_price',
      found,
      'last_evaluated_at',
    ),
  words: (n, { found, place, input, note, occurrences }) => ({
    title: text`${n.abandoned} open ${noun(found.length, 'position')} without an evaluation at ${place}`,
    description: text`${names(found.map(({ fact }) => fact.symbol))} on ${place} ${noun(found.length, 'was', 'were')} not evaluated for up to ${n.longest_silence} before the end of the window. The limit is ${n.limit}.${note}`,
    financial: text`${n.notional} is held without anyone deciding about it.`,
    operational: 'Exits by signal, target and time do not happen for these positions.',
    risk: lacksStop(found)
      ? 'At least one of them has no stop either.'
      : 'Only a stop at the exchange, where there is one, ends them.',
    detection: detectionOf(input, occurrences),
    recommendation: `Take ${names(found.map(({ fact }) => fact.symbol))} on ${place} back into the evaluation or close ${noun(found.length, 'it', 'them')}, and let a watchdog raise an alert for each position that is not evaluated in time.`,
    verification: text`The last evaluation of every open position is younger than ${n.limit} at the end of the next windows.`,
  }),
});
